/** Words for Node in every process that tests start: what it warns of as deprecated ends the process. */
export const strict: readonly string[] = ['--throw-deprecation'];
