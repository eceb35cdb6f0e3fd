import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectPath } from '../../../../electron/archives/cache.ts';
import { openContents } from '../../../../electron/archives/layout.ts';
import { writeArchive } from '../../../support/archive-writer.ts';
import { type Home, makeHome } from '../../../support/home.ts';

let home: Home;
beforeAll(async () => {
  home = await makeHome();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
});

const custom = writeArchive([
  { kind: 'TABLE', name: 't', sql: 'CREATE TABLE public.t (a text);\n' },
  { kind: 'TABLE DATA', name: 't', copy: 'COPY public.t (a) FROM stdin;\n', rows: 'honest\n' },
]);
const plain = Buffer.from(
  "SET client_encoding = 'UTF8';\nCREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\nhonest\n\\.\n",
);

/** Puts a file into the cache, changes it there, and opens it as the archive that it was. */
async function openChanged(bytes: Buffer, change: (bytes: Buffer) => Buffer): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = objectPath(home.core.paths, sha256);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, change(Buffer.from(bytes)));
  const file = { name: 'a', sha256, sizeBytes: bytes.length, fingerprint: null, checksum: null };
  const archive = {
    id: 'test',
    origin: 'file:///test',
    dataset: 'test',
    revision: '1',
    publishedAt: null,
    pulledAt: new Date(0).toISOString(),
    files: [file],
  };
  await expect(openContents(home.core, archive)).rejects.toMatchObject({ code: 'cache_damaged' });
  return path;
}

function flip(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

describe('a dump that was altered in the cache (D16)', () => {
  it.each([
    ['a value of a custom archive', custom, (bytes: Buffer) => flip(bytes, bytes.indexOf('honest'))],
    ['a value of a plain dump', plain, (bytes: Buffer) => flip(bytes, bytes.indexOf('honest'))],
    ['the table of contents', custom, (bytes: Buffer) => flip(bytes, 60)],
    ['its end', custom, (bytes: Buffer) => bytes.subarray(0, -3)],
    ['all that is packed in it', gzipSync(plain), (bytes: Buffer) => flip(bytes, 40)],
  ])('is never used, and taken out: %s', async (_what, bytes, change) => {
    const path = await openChanged(bytes, change);
    expect(existsSync(path)).toBe(false);
    const incoming = join(home.core.paths.cache, 'incoming');
    expect(existsSync(incoming) ? await readdir(incoming) : []).toEqual([]);
  });
});
