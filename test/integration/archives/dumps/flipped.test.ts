import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { objectPath } from '../../../../electron/archives/cache.ts';
import type { ArchiveContents } from '../../../../electron/archives/contents.ts';
import { openContents } from '../../../../electron/archives/layout.ts';
import { makeCore } from '../../../support/core.ts';

const plain =
  "SET client_encoding = 'UTF8';\nCREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\nhonest\n\\.\n";

it('holds a dump that lies in a zip as it is against its sum, though nothing has to be unpacked', async () => {
  using home = makeCore();
  const { core } = home;
  const open = async (bytes: Buffer): Promise<ArchiveContents> => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = objectPath(core.paths, sha256);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return openContents(core, {
      id: 'test',
      origin: 'file:///test',
      dataset: 'test',
      revision: '1',
      publishedAt: null,
      pulledAt: new Date(0).toISOString(),
      files: [{ name: 'a.zip', sha256, sizeBytes: bytes.length, fingerprint: null, checksum: null }],
    });
  };
  const zip = Buffer.from(zipSync({ 'a.sql': Buffer.from(plain) }, { level: 0 }));
  const contents = await open(zip);
  expect(contents.data.map(({ table }) => table)).toEqual(['t']);
  await contents.close?.();
  const at = zip.indexOf('honest');
  zip.writeUInt8(zip.readUInt8(at) ^ 1, at);
  await expect(open(zip)).rejects.toMatchObject({ code: 'archive_damaged' });
});
