import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesOfBuffer, readAll } from '../../../../electron/archives/dumps/bytes.ts';
import { listTar, type Packed } from '../../../../electron/archives/dumps/tar.ts';
import { listZip } from '../../../../electron/archives/dumps/zip.ts';
import { isRockpoolError } from '../../../../electron/contract/errors.ts';
import { full } from '../../../support/skip.ts';

interface Written {
  readonly name: string;
  readonly body?: string;
  readonly type?: string;
}

function writeTar(files: readonly Written[]): Buffer {
  const parts = files.flatMap(({ name, body = '', type = '0' }) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write('ustar\u000000', 257);
    header.fill(' ', 148, 156);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
    padded.write(body);
    return [header, padded];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

const tarOf = (bytes: Buffer): Promise<Packed[]> => listTar(bytesOfBuffer(bytes, 'a.tar'));
const zipOf = (bytes: Buffer): Promise<Packed[]> => listZip(bytesOfBuffer(bytes, 'a.zip'));
const zip = (files: Record<string, string>): Buffer =>
  Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, body]) => [name, Buffer.from(body)]))),
  );

async function readPacked(files: readonly Packed[]): Promise<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const { name, open } of files) read[name] = (await readAll(open(), name, 1e6)).toString();
  return read;
}

const hostileNames = [
  '../x',
  '/etc/passwd',
  'a/../../x',
  'a\\..\\x',
  'C:x',
  'con',
  'a/nul.sql',
  'dot.',
  'tab\t',
  'a//b',
];

describe('a tar', () => {
  it('gives its files, with long names and without what packing programs add', async () => {
    const long = `${'x'.repeat(120)}/toc.dat`;
    const tar = writeTar([
      { name: './a', type: '5' },
      { name: './a/b.txt', body: 'b' },
      { name: '._b.txt', body: 'junk' },
      { name: '@', type: 'L', body: `${long}\0` },
      { name: 'cut', body: 'long' },
      { name: 'x', type: 'x', body: `${String(20)} path=of pax.txt\n` },
      { name: 'cut', body: 'pax' },
      { name: 'empty' },
    ]);
    expect(await readPacked(await tarOf(tar))).toEqual({
      'a/b.txt': 'b',
      [long]: 'long',
      'of pax.txt': 'pax',
      empty: '',
    });
  });

  it.each(hostileNames)('with a file %j is refused (C21)', async (name) => {
    await expect(tarOf(writeTar([{ name, body: 'x' }]))).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it.each(['1', '2', '3', '4', '6'])('with a link or a device (type %s) is refused (C21)', async (type) => {
    await expect(tarOf(writeTar([{ name: 'a', type }]))).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it('with two names that are one on some system is refused (C21)', async () => {
    for (const other of ['A', 'a']) {
      await expect(tarOf(writeTar([{ name: 'a' }, { name: other }]))).rejects.toMatchObject({
        code: 'unsafe_name',
      });
    }
    const accents = [{ name: '\u00e9' }, { name: 'e\u0301' }];
    await expect(tarOf(writeTar(accents))).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it('that is cut is damaged, wherever that is', async () => {
    const tar = writeTar([
      { name: 'a', body: 'x'.repeat(700) },
      { name: 'b', body: 'y' },
    ]);
    const end = tar.length - 1024;
    for (let length = 0; length <= end; length += 100) {
      await expect(tarOf(tar.subarray(0, length))).rejects.toMatchObject({ code: 'archive_damaged' });
    }
  });
});

describe('a zip', () => {
  const files = { 'shop/toc.dat': 'x'.repeat(5000), 'shop/3.dat': '1', 'shop/empty': '' };

  it('gives its files', async () => {
    expect(await readPacked(await zipOf(zip(files)))).toEqual(files);
  });

  it.each(hostileNames)('with a file %j is refused (C21)', async (name) => {
    await expect(zipOf(zip({ [name]: 'x' }))).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it('whose files overlap is damaged (C22)', async () => {
    const bytes = zip({ a: 'one', b: 'two' });
    const second = bytes.lastIndexOf(Buffer.from('PK\x01\x02'));
    bytes.writeUInt32LE(0, second + 42);
    await expect(zipOf(bytes)).rejects.toMatchObject({ code: 'archive_damaged' });
  });

  it('that says less than it holds is damaged, and read no further (C22)', async () => {
    const bytes = zip({ a: 'x'.repeat(100_000) });
    bytes.writeUInt32LE(10, bytes.lastIndexOf(Buffer.from('PK\x01\x02')) + 24);
    await expect(readPacked(await zipOf(bytes))).rejects.toMatchObject({ code: 'archive_damaged' });
  });

  it('that is encrypted says so', async () => {
    const bytes = zip({ a: 'x' });
    bytes[bytes.lastIndexOf(Buffer.from('PK\x01\x02')) + 8] = 1;
    await expect(zipOf(bytes)).rejects.toMatchObject({ message: expect.stringContaining('encrypted') });
  });

  it('that is changed gives its files, or an error of ours, never other bytes', async () => {
    const bytes = zip(files);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        try {
          const read = await readPacked(await zipOf(changed));
          for (const body of Object.values(read)) expect(Object.values(files)).toContain(body);
        } catch (error) {
          if (!isRockpoolError(error)) throw error;
        }
      }),
      { numRuns: full ? 2000 : 300, seed: 8 },
    );
  });
});
