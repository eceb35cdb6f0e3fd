const plainLine = /^\\connect ("(?:[^"\\`]|"")+"|[^"'\\`\s]+)[ \t\r]*$/;
// How pg_dump and pg_dumpall write a name with odd letters: a connection string as one quoted argument.
const stringLine = /^\\connect -reuse-previous=on "dbname='?((?:[^"`]|"")*?)'?"[ \t\r]*$/;

/** The database that a `\connect` of pg_dump or pg_dumpall leads to; null for any other command. */
export function connectTarget(command: string): string | null {
  const plain = plainLine.exec(command)?.[1];
  if (plain !== undefined) return unquote(plain);
  const escaped = stringLine.exec(command)?.[1];
  if (escaped === undefined) return null;
  const name = escaped.replaceAll('""', '"').replaceAll(/\\(.)/g, '$1');
  // A quote that is not escaped ends the name: more could follow it, such as another host.
  return /(^|[^\\])'/.test(escaped) ? null : name;
}

/** True for what pg_dump writes in front of a `\connect` to a name with odd letters; the next SET undoes it. */
export function isEncodingCommand(command: string): boolean {
  return /^\\encoding SQL_ASCII[ \t\r]*$/.test(command);
}

/** A name as it is, out of how SQL writes it. */
export function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
