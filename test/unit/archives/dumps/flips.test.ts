import { constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesOfBuffer, readAll } from '../../../../electron/archives/dumps/bytes.ts';
import { unwrap, type Wrapping } from '../../../../electron/archives/dumps/compression.ts';
import { listZip } from '../../../../electron/archives/dumps/zip.ts';
import { isRockpoolError } from '../../../../electron/contract/errors.ts';
import { writeLz4, xxHash32 } from '../../../support/archive-writer.ts';

const plain = Buffer.from(
  Array.from({ length: 14 }, (_, at) => `${at},redacted${at % 7}@example.com\n`).join(''),
);
const half = plain.indexOf('\n', 170) + 1;
const [first, second] = [plain.subarray(0, half), plain.subarray(half)];
const summed = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const sums = { blocks: true, content: true, size: true };

const wrapped: Readonly<Record<string, readonly [Wrapping, Buffer]>> = {
  gzip: ['gzip', gzipSync(plain)],
  'gzip in two members': ['gzip', Buffer.concat([gzipSync(first), gzipSync(second)])],
  zlib: ['zlib', deflateSync(plain)],
  zstd: ['zstd', zstdCompressSync(plain, summed)],
  'zstd in two frames': [
    'zstd',
    Buffer.concat([zstdCompressSync(first, summed), zstdCompressSync(second, summed)]),
  ],
  lz4: ['lz4', writeLz4(plain, { content: true })],
  'lz4 with all its sums': ['lz4', writeLz4(plain, sums)],
  'lz4 in two frames': ['lz4', Buffer.concat([writeLz4(first, sums), writeLz4(second, sums)])],
};

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What comes out, or the error of ours that came instead; no other error may come. */
async function outcome(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    if (!isRockpoolError(error)) throw error;
    return error.code;
  }
}

function* flips(bytes: Buffer): Generator<readonly [at: number, bit: number, flipped: Buffer]> {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      yield [at, bit, flipped];
    }
  }
}

const unwrapAll = async (wrapping: Wrapping, bytes: Buffer, piece: number): Promise<string> =>
  (await readAll(unwrap(inPieces(bytes, piece), wrapping, 'a.csv', bytes.length), 'a.csv', 1e6)).toString();

describe('one bit that has changed', () => {
  it.each(Object.entries(wrapped))(
    'in %s is an error or changes nothing',
    async (_name, [wrapping, bytes]) => {
      const whole = plain.toString();
      expect(await unwrapAll(wrapping, bytes, 1000)).toBe(whole);
      for (const [at, bit, flipped] of flips(bytes)) {
        const read = await outcome(() => unwrapAll(wrapping, flipped, 1000));
        if (read !== whole) expect(`${at}.${bit}: ${read}`).toBe(`${at}.${bit}: archive_damaged`);
      }
    },
  );

  it.each(Object.entries(wrapped))(
    'in %s is found, or the file is cut, wherever it is divided',
    async (_name, [wrapping, bytes]) => {
      for (const piece of [1, 7, wrapped.gzip?.[1].length ?? 1]) {
        expect(await unwrapAll(wrapping, bytes, piece)).toBe(plain.toString());
      }
      for (let length = 1; length < bytes.length; length++) {
        const read = await outcome(() => unwrapAll(wrapping, bytes.subarray(0, length), 1000));
        // Where the second of two begins the first is whole.
        if (read !== first.toString()) expect(`${length}: ${read}`).toBe(`${length}: archive_damaged`);
      }
    },
  );

  it.each(['stored', 'deflated'] as const)(
    'in a zip of %s files is an error or changes nothing',
    async (how) => {
      const names = ['table-public.a.csv', 'table-public.b.csv', 'x/c.sql'];
      const bytes = Buffer.from(
        zipSync(Object.fromEntries(names.map((name, index) => [name, index === 1 ? second : first])), {
          level: how === 'stored' ? 0 : 6,
        }),
      );
      const readZip = async (zip: Buffer): Promise<string> => {
        const read: Record<string, string> = {};
        for (const { name, open } of await listZip(bytesOfBuffer(zip, 'a.zip'))) {
          read[name] = (await readAll(open(), name, 1e6)).toString();
        }
        return JSON.stringify(read);
      };
      const whole = await readZip(bytes);
      expect(Object.keys(JSON.parse(whole))).toEqual(names);
      for (const [at, bit, flipped] of flips(bytes)) {
        const read = await outcome(() => readZip(flipped));
        if (read !== whole)
          expect(`${at}.${bit}: ${read}`).toMatch(/: (archive_damaged|unsafe_name|format_unknown)$/);
      }
    },
  );
});

describe('a frame of the lz4 program, with all its sums', () => {
  // lz4 -BX --content-size of the lines `rock` and `pool`, three times over.
  const frame = Buffer.from(
    '04224d187c401e000000000000007b13000000ab726f636b0a706f6f6c0a0a0050706f6f6c0a7cda3cf000000000283864f0',
    'hex',
  );
  const content = 'rock\npool\n'.repeat(3);
  const read = (bytes: Buffer) => unwrapAll('lz4', bytes, 1000);
  const withByte = (at: number, byte: number): Buffer => {
    const changed = Buffer.from(frame);
    changed[at] = byte;
    return changed;
  };

  it('is read', async () => {
    expect(await read(frame)).toBe(content);
    expect(xxHash32(Buffer.from(content))).toBe(frame.readUInt32LE(frame.length - 4));
  });

  it.each([
    ['the checksum of an LZ4 header', 14, 0x7c],
    ['the checksum of a compressed block', 38, 0x00],
    ['the checksum of its content', frame.length - 1, 0x00],
  ])('is damaged where %s is another', async (what, at, byte) => {
    await expect(read(withByte(at, byte))).rejects.toMatchObject({
      code: 'archive_damaged',
      message: expect.stringContaining(what),
    });
  });

  it('is damaged where its content is longer than it says', async () => {
    const header = Buffer.from([0x48, 0x40, 29, 0, 0, 0, 0, 0, 0, 0]);
    const longer = Buffer.concat([
      frame.subarray(0, 4),
      header,
      Buffer.from([(xxHash32(header) >>> 8) & 0xff]),
      frame.subarray(15, 38),
      Buffer.alloc(4),
    ]);
    await expect(read(longer)).rejects.toMatchObject({
      code: 'archive_damaged',
      message: expect.stringContaining('not as long'),
    });
  });
});

it('says that something follows compressed data, but for zeros up to the end of a block', async () => {
  for (const wrapping of ['gzip', 'zlib', 'zstd'] as const) {
    const bytes = wrapped[wrapping]?.[1] ?? Buffer.alloc(0);
    if (wrapping !== 'zstd') {
      const padded = Buffer.concat([bytes, Buffer.alloc(300)]);
      for (const piece of [1, bytes.length, 1000])
        expect(await unwrapAll(wrapping, padded, piece)).toBe(plain.toString());
    }
    const followed = Buffer.concat([bytes, Buffer.alloc(3), Buffer.from('and more')]);
    for (const piece of [1, bytes.length, 1000]) {
      await expect(unwrapAll(wrapping, followed, piece)).rejects.toMatchObject({ code: 'archive_damaged' });
    }
  }
});
