import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openChecksum } from '../../../electron/archives/checksum.ts';
import { cut } from '../../support/csv.ts';

function hexOf(algorithm: Parameters<typeof openChecksum>[0], pieces: readonly Uint8Array[]): string {
  const checksum = openChecksum(algorithm);
  for (const piece of pieces) checksum.update(piece);
  return Buffer.from(checksum.base64(), 'base64').toString('hex');
}

const kinds = ['sha256', 'sha1', 'md5', 'crc32', 'crc32c', 'crc64nvme'] as const;

describe('a checksum', () => {
  it.each([
    // The check values that the catalogue of CRCs gives for these nine bytes.
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['md5', '25f9e794323b453885f5181f1b624d0b'],
    ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['sha256', createHash('sha256').update('123456789').digest('hex')],
  ] as const)('of kind %s is the one that others work out', (algorithm, expected) => {
    expect(hexOf(algorithm, [Buffer.from('123456789')])).toBe(expected);
  });

  it.each(kinds)('of kind %s is the same however the bytes come', (algorithm) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.nat(20), { minLength: 1 }),
        (bytes, sizes) => {
          const whole = Buffer.from(bytes);
          expect(hexOf(algorithm, cut(whole, sizes))).toBe(hexOf(algorithm, [whole]));
        },
      ),
    );
  });

  it.each(kinds)('of kind %s tells any flipped bit (D4)', (algorithm) => {
    const whole = Buffer.from('some rows, among others\n'.repeat(20));
    const expected = hexOf(algorithm, [whole]);
    for (let bit = 0; bit < whole.length * 8; bit += 7) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(hexOf(algorithm, [flipped])).not.toBe(expected);
    }
  });
});
