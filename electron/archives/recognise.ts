import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';

interface Kind {
  readonly what: string;
  readonly matches: (bytes: Buffer) => boolean;
}

// First bytes as the formats' own specifications have them. A reader for one of these goes with its line here.
const kinds: readonly Kind[] = [
  { what: 'a dump made by pg_dump, in its custom format', matches: startsWith('PGDMP') },
  { what: 'a file compressed with gzip', matches: startsWith('\x1f\x8b') },
  { what: 'a file compressed with Zstandard', matches: startsWith('\x28\xb5\x2f\xfd') },
  { what: 'a file compressed with LZ4', matches: startsWith('\x04\x22\x4d\x18') },
  { what: 'a file compressed with xz', matches: startsWith('\xfd7zXZ\0') },
  { what: 'a file compressed with bzip2', matches: startsWith('BZh') },
  { what: 'a zip archive', matches: startsWith('PK\x03\x04') },
  { what: 'a tar archive', matches: (bytes) => bytes.subarray(257, 262).toString('latin1') === 'ustar' },
];

const sqlStart = /^(\s|--[^\n]*\n)*(\\restrict |SET |SELECT |CREATE |COPY |INSERT |ALTER |DROP |BEGIN)/i;
const htmlStart = /^\s*<(!doctype|html|head|body|script|meta|\?xml)/i;

function startsWith(magic: string): (bytes: Buffer) => boolean {
  const wanted = Buffer.from(magic, 'latin1');
  return (bytes) => bytes.subarray(0, wanted.length).equals(wanted);
}

/**
 * Looks at the first bytes of a file that is coming in. Throws `pull_mismatch` for a web page and `format_unknown`
 * for what this version cannot read, before the rest is pulled.
 */
export function requireReadable(name: string, first: Buffer): void {
  const text = first
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  if (htmlStart.test(text)) {
    throw new RockpoolError('pull_mismatch', `A web page came in place of ${name}.`, {
      hint: 'Something else answers there, such as a sign-in page. Open the source in a browser, sign in, try again.',
      detail: { file: name },
    });
  }
  if (isScript(name)) return;
  const kind = kinds.find(({ matches }) => matches(first));
  if (kind !== undefined) throw unreadable(name, kind.what);
  if (isTable(name)) return;
  if (sqlStart.test(text)) throw unreadable(name, 'a dump or script in SQL');
  throw unreadable(name, 'in no format that is known');
}

/** True for names of files that hold the rows of one table. */
export function isTable(name: string): boolean {
  return /\.csv$/i.test(name);
}

function isScript(name: string): boolean {
  const { kind } = readPublishedName(name);
  return kind !== 'table' && kind !== 'other' && kind !== 'raw';
}

function unreadable(name: string, what: string): RockpoolError {
  return new RockpoolError('format_unknown', `${name} cannot be installed: it is ${what}.`, {
    hint: 'This version reads datasets published as CSV files; whole dumps come with a later one.',
    detail: { file: name },
  });
}
