import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contentsOfDump } from '../../../../electron/archives/dumps/dumped.ts';
import { type Member, openMembers } from '../../../../electron/archives/dumps/members.ts';
import { type WrittenEntry, writeArchive, writeLz4 } from '../../../support/archive-writer.ts';
import { readRows } from '../../../support/dumps.ts';

function folderOf(files: Readonly<Record<string, Buffer>>): Map<string, Member> {
  const members = Object.entries(files).map(([name, bytes]): [string, Member] => [
    name,
    {
      name,
      sizeBytes: bytes.length,
      open: async function* () {
        yield bytes;
      },
    },
  ]);
  return new Map(members);
}

const rowsOf = (file: string, name = 'film'): WrittenEntry => ({
  kind: 'TABLE DATA',
  name,
  copy: `COPY public.${name} (id) FROM stdin;\n`,
  file,
});
const tocOf = (...entries: WrittenEntry[]): Buffer => writeArchive(entries, { format: 'tar' });
const data = Buffer.from('1\n2\n\\.\n\n\n');
const open = async (files: Readonly<Record<string, Buffer>>) =>
  await contentsOfDump(await openMembers('shop', 'pg_dump directory', folderOf(files)), null);

describe('a dump in directory format', () => {
  it.each([
    ['3.dat', data],
    ['3.dat.gz', gzipSync(data)],
    ['3.dat.lz4', writeLz4(data)],
    ['3.dat.zst', zstdCompressSync(data)],
  ])('has its rows in %s', async (name, bytes) => {
    const contents = await open({ 'toc.dat': tocOf(rowsOf('3.dat')), [name]: bytes });
    expect(await readRows(contents)).toEqual({ 'public.film': '1\n2\n' });
  });

  it.each(['../3.dat', '/etc/passwd', '..', 'a/3.dat', 'C:\\3.dat', '3.dat\n'])(
    'is refused where its table of contents names %j (C18)',
    async (name) => {
      await expect(open({ 'toc.dat': tocOf(rowsOf(name)), '3.dat': data })).rejects.toMatchObject({
        code: 'archive_damaged',
        message: expect.stringContaining('outside'),
      });
    },
  );

  it('is damaged where a file that it names is not there', async () => {
    await expect(
      open({ 'toc.dat': tocOf(rowsOf('3.dat'), rowsOf('4.dat', 'actor')), '3.dat': data }),
    ).rejects.toMatchObject({ code: 'archive_damaged', message: expect.stringContaining('4.dat') });
  });

  it('is damaged where two tables have the same file', async () => {
    const toc = tocOf(rowsOf('3.dat'), rowsOf('3.dat', 'actor'));
    await expect(open({ 'toc.dat': toc, '3.dat': data })).rejects.toMatchObject({ code: 'archive_damaged' });
  });

  it('is damaged where a file of rows was cut', async () => {
    const cut = { 'toc.dat': tocOf(rowsOf('3.dat')), '3.dat': data.subarray(0, 4) };
    await expect(readRows(await open(cut))).rejects.toMatchObject({ code: 'archive_damaged' });
  });

  it('is damaged where its table of contents was cut', async () => {
    const toc = tocOf(rowsOf('3.dat'));
    for (let length = 0; length < toc.length; length++) {
      await expect(open({ 'toc.dat': toc.subarray(0, length), '3.dat': data })).rejects.toMatchObject({
        code: 'archive_damaged',
      });
    }
  });
});
