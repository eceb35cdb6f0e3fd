import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { requireReadable } from '../../../electron/archives/recognise.ts';

const tar = Buffer.alloc(512);
tar.write('ustar', 257);

describe('the first bytes of a file', () => {
  it.each([
    ['table-public.a.csv', 'id,name\n'],
    ['table-public.a.csv', 'select,from\n'],
    ['schema-public.sql', '-- a script\n'],
    ['schema-public-set-sequences.sql', 'SELECT 1;\n'],
    ['people.csv', '\ufeffid,name\n'],
  ])('of %s may be %j', (name, text) => {
    expect(() => requireReadable(name, Buffer.from(text))).not.toThrow();
  });

  it.each([
    ['a dump in custom format', 'complete-dump.sql', Buffer.from('PGDMP\x01\x0e')],
    ['a plain dump', 'complete-dump.sql', Buffer.from('--\n-- PostgreSQL database dump\n--\n\nSET x = 0;\n')],
    ['a dump with \\restrict', 'a.sql', Buffer.from('--\n\n\\restrict abc\n')],
    ['a tar', 'anything', tar],
    ['a zip', 'a.zip', Buffer.from('PK\x03\x04')],
    ['a file of a directory dump', '3774.dat', Buffer.from('1\t2\n\\.\n\n\n')],
  ])('may be those of %s', (_what, name, bytes) => {
    expect(() => requireReadable(name, Buffer.concat([bytes, Buffer.alloc(600)]))).not.toThrow();
  });

  it.each([
    ['a compressed table', 'table-public.a.csv', gzipSync('id\n1\n')],
    ['a table that is a tar', 'a.csv', tar],
    ['an encrypted file', 'a.bin', Buffer.from('Salted__')],
    ['an xz file', 'a.sql', Buffer.from('\xfd7zXZ\0', 'latin1')],
    ['anything else', 'a.bin', Buffer.from([1, 2, 3])],
  ])('refuse %s', (_what, name, bytes) => {
    const first = Buffer.concat([bytes, Buffer.alloc(600)]);
    expect(() => requireReadable(name, first)).toThrow(expect.objectContaining({ code: 'format_unknown' }));
  });

  it.each(['table-public.a.csv', 'schema-public.sql', 'a.sql'])(
    'refuse a web page in place of %s (D3)',
    (name) => {
      const page = Buffer.from('\n <!DOCTYPE html><html><body>Sign in</body></html>');
      expect(() => requireReadable(name, page)).toThrow(expect.objectContaining({ code: 'pull_mismatch' }));
    },
  );
});
