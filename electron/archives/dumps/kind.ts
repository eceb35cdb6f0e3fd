import { withoutComments } from '../../sql/comments.ts';
import { unreadable } from './damage.ts';

/** What a file is by its first bytes; its name says nothing. */
export type FileKind = 'custom' | 'gzip' | 'zstd' | 'lz4' | 'zip' | 'tar' | 'sql';

/** Bytes from the beginning of a file by which its kind is told. */
export const kindBytes = 4096;

const magics: readonly (readonly [kind: FileKind, magic: string])[] = [
  ['custom', 'PGDMP'],
  ['gzip', '\x1f\x8b'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['zip', 'PK\x03\x04'],
];

const strangers: readonly (readonly [what: string, magic: string])[] = [
  ['it is compressed with xz', '\xfd7zXZ\0'],
  ['it is compressed with bzip2', 'BZh'],
  ['it is a 7z archive', '7z\xbc\xaf\x27\x1c'],
  ['it is a rar archive', 'Rar!\x1a\x07'],
  ['it is an empty zip archive', 'PK\x05\x06'],
  ['it is encrypted', 'Salted__'],
  ['it is encrypted', '-----BEGIN PGP MESSAGE'],
  ['it is encrypted', 'age-encryption.org/'],
  // Packets of OpenPGP: a session key by public key or by password.
  ['it is encrypted', '\x85\x01'],
  ['it is encrypted', '\x85\x02'],
  ['it is encrypted', '\x84\x5e'],
  ['it is encrypted', '\x8c\x0d'],
];

const htmlStart = /^\s*<(!doctype|html|head|body|script|meta|\?xml)/i;
const sqlStart =
  /^(\\[a-z]+(\s|$)|BEGIN|(SET|RESET|SELECT|CREATE|COPY|INSERT|UPDATE|DELETE|MERGE|WITH|ALTER|DROP|COMMENT|DO|CALL|GRANT|REVOKE|TRUNCATE|START|LOCK|VACUUM|ANALYZE)\s)/i;

/** The kind of a file. Throws `format_unknown` for what cannot be read, with what it is. */
export function findKind(first: Buffer, file: string): FileKind {
  const text = first.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  if (text === '') throw unreadable(file, 'it is empty', 'Have it exported again.');
  const known = magics.find(([, magic]) => text.startsWith(magic));
  if (known !== undefined) return known[0];
  if (text.slice(257, 262) === 'ustar') return 'tar';
  const stranger = strangers.find(([, magic]) => text.startsWith(magic));
  if (stranger !== undefined) {
    throw unreadable(
      file,
      stranger[0],
      'Unpack it and install what comes out, or have it exported with pg_dump.',
    );
  }
  if (htmlStart.test(text)) throw unreadable(file, 'it is a web page', 'Download the dump itself.');
  const code = withoutComments(text).trimStart();
  if (sqlStart.test(code) || isOnlyComments(text, code)) return 'sql';
  throw unreadable(file, 'it is in no format that is known', 'Have it exported with pg_dump, in any format.');
}

/** True for bytes that are a compressed file, an archive or a dump, and so no text. */
export function isPacked(first: Buffer): boolean {
  const text = first.toString('latin1');
  return (
    magics.some(([, magic]) => text.startsWith(magic)) ||
    text.slice(257, 262) === 'ustar' ||
    strangers.some(([, magic]) => text.startsWith(magic))
  );
}

// A dump can begin with a licence that is longer than what is looked at.
function isOnlyComments(text: string, code: string): boolean {
  return text.length >= kindBytes && (code === '' || /^\s*--/.test(text));
}
