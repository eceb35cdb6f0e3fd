// What Node or a package warns of as deprecated is a race or a call that will be gone: here it is a failure.
process.throwDeprecation = true;
