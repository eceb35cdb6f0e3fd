import { expect, it } from 'vitest';
import type { PublishedFile } from '../../../electron/archives/archive.ts';
import { filesAtOnce, weightOf } from '../../../electron/archives/fetch.ts';

const megabyte = 1024 * 1024;
const ranged = (sizeBytes: number): PublishedFile =>
  ({ name: 'table-a.csv', sizeBytes, openRange: () => undefined }) as unknown as PublishedFile;

it('lets as many files in as there may be streams, in whole weights that add up', () => {
  const weights = [1, 2, 3, 4].map((streams) => weightOf(ranged(20 * megabyte), 8 * megabyte, { streams }));
  expect(weights).toEqual([filesAtOnce, filesAtOnce / 2, 1, 1]);
  expect(weights.every(Number.isInteger)).toBe(true);
  expect(weightOf(ranged(100 * megabyte), 8 * megabyte, { streams: 3 })).toBe(filesAtOnce);
  expect(weightOf(ranged(megabyte), 8 * megabyte, { streams: 1 })).toBe(1);
});
