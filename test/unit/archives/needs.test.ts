import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { majorIn, readTold } from '../../../electron/archives/needs.ts';

const file = (name: string, bytes: Buffer, opened: string[] = []) => ({
  name,
  sizeBytes: bytes.byteLength,
  fingerprint: null,
  lineCount: async () => null,
  open: async () => {
    opened.push(name);
    return Readable.from([bytes]);
  },
});

const publication = (...files: ReturnType<typeof file>[]) => ({
  origin: 'o',
  dataset: 'd',
  revision: '1',
  publishedAt: null,
  files,
  confirm: async () => {},
});

const plain = Buffer.from(
  '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.4 (Debian)\n-- Dumped by pg_dump version 17.5\n\nCREATE EXTENSION hstore;\n',
);

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0, value.length, 0, 0, 0]), Buffer.from(value)]);

describe('what the beginning of a dataset tells', () => {
  it.each([
    ['plain', plain],
    ['gzip', gzipSync(Buffer.concat([plain, Buffer.alloc(3_000_000, 'x')]))],
    ['zstd', zstdCompressSync(plain)],
  ])('is the version that was dumped and its definitions, in a dump that is %s', async (_kind, bytes) => {
    const told = await readTold(publication(file('complete-dump.sql', bytes)));
    expect(told.major).toBe(15);
    expect(told.sql).toContain('CREATE EXTENSION hstore');
  });

  it('is read from the head of a custom dump, whatever its database is called', () => {
    const head = (database: string): string =>
      Buffer.concat([
        Buffer.from('PGDMP\x01\x10\x00\x04\x08\x01\x01'),
        ...[1, 2, 3, 4, 5, 6, 7].map((each) => Buffer.from([0, each, 0, 0, 0])),
        text(database),
        text('17.5 (Debian 17.5-1)'),
        text('18.0'),
      ]).toString('latin1');
    expect(majorIn(head('shop'))).toBe(17);
    expect(majorIn(head('12.x backup'))).toBe(17);
  });

  it('is nothing where there are only rows, and rows are not opened', async () => {
    const opened: string[] = [];
    const rows = file('table-public.users.csv', Buffer.from('id\n1\n'), opened);
    expect(await readTold(publication(rows))).toEqual({ major: null, sql: '' });
    expect(opened).toEqual([]);
  });

  it('is nothing of a file that cannot be read: the pull says why', async () => {
    const broken = { ...file('schema-public.sql', plain), open: () => Promise.reject(new Error('gone')) };
    expect((await readTold(publication(broken, file('dump.sql', plain)))).major).toBe(15);
  });
});
