import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAll } from '../../../../electron/archives/dumps/bytes.ts';
import { readLz4 } from '../../../../electron/archives/dumps/lz4.ts';
import { isRockpoolError } from '../../../../electron/contract/errors.ts';
import { writeLz4 } from '../../../support/archive-writer.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (bytes: Buffer, size = 1000): Promise<Buffer> =>
  readAll(readLz4(inPieces(bytes, size), 'a.lz4'), 'a.lz4', 1e9);

const words = Buffer.from(Array.from({ length: 40_000 }, (_, at) => `${at % 97} redacted ${at}\n`).join(''));

describe('LZ4 frames', () => {
  it.each([0, 1, 12, 13, 65_535, 65_536, 65_537, words.length])(
    'of %i bytes are read back',
    async (length) => {
      const data = words.subarray(0, length);
      expect((await read(writeLz4(data))).equals(data)).toBe(true);
    },
  );

  it('are read whatever pieces they come in, also several after one another', async () => {
    const frames = Buffer.concat([writeLz4(words.subarray(0, 500)), writeLz4(words.subarray(500, 900))]);
    for (const size of [1, 3, 7, 64])
      expect((await read(frames, size)).equals(words.subarray(0, 900))).toBe(true);
  });

  it('repeat what overlaps itself', async () => {
    const data = Buffer.alloc(100_000, 'a');
    expect((await read(writeLz4(data))).equals(data)).toBe(true);
  });

  it('that are cut are an error wherever that is', async () => {
    const frame = writeLz4(words.subarray(0, 3000));
    for (let length = 1; length < frame.length; length++) {
      await expect(read(frame.subarray(0, length))).rejects.toMatchObject({ code: 'archive_damaged' });
    }
  });

  it('that are changed end in bytes or in an error of ours, never in anything else', async () => {
    const frame = writeLz4(words.subarray(0, 3000));
    await fc.assert(
      fc.asyncProperty(fc.nat(frame.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(frame);
        changed[at] = byte;
        await read(changed).catch((error: unknown) => {
          if (!isRockpoolError(error, 'archive_damaged')) throw error;
        });
      }),
      { numRuns: 500, seed: 8 },
    );
  });
});
