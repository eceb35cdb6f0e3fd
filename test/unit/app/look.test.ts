import { describe, expect, it } from 'vitest';
import { neededFor } from '../../../electron/app/look.ts';

const megabyte = 1_000_000;

describe('what an install takes at most', () => {
  it('is the archive and three databases, each with a catalogue of its own', () => {
    expect(neededFor([{ name: 'tiny.sql', sizeBytes: 60 }])).toBeGreaterThan(3 * 7.8 * megabyte);
    const plain = neededFor([{ name: 'table-users.csv', sizeBytes: 10 * megabyte }]);
    expect(plain).toBeGreaterThan(10 * megabyte + 3 * (7.8 + 17) * megabyte);
  });

  it('is more where files are packed, and passes over those whose size nobody tells', () => {
    const packed = neededFor([{ name: 'all.dump', sizeBytes: megabyte }]);
    expect(packed).toBeGreaterThan(neededFor([{ name: 'all.sql', sizeBytes: megabyte }]));
    expect(neededFor([{ name: 'a.csv', sizeBytes: null }])).toBe(neededFor([]));
  });
});
