import { describe, expect, it } from 'vitest';
import type { S3Object } from '../../../electron/sources/s3-listing.ts';
import { splitRuns } from '../../../electron/sources/s3-versions.ts';

/** Events from words: `a1` writes version 1 of file a, `a-` deletes it. */
function runsOf(words: string): string[] {
  const events = words.split(' ').map((word, index) => ({
    deleted: word.endsWith('-'),
    object: {
      name: word.slice(0, 1),
      prefix: '',
      sizeBytes: 1,
      modifiedAtMs: index * 1000,
      etag: word,
      versionId: word,
    } satisfies S3Object,
  }));
  return splitRuns(events).map((state) =>
    state
      .map(({ etag }) => etag)
      .toSorted()
      .join(' '),
  );
}

describe('the runs that filled a flat feed', () => {
  it('end where a file is written again', () => {
    expect(runsOf('a1 b1 c1 a2 b2 c2')).toEqual(['a1 b1 c1', 'a2 b2 c2']);
  });

  it('keep what a run did not write, and let go what was deleted', () => {
    expect(runsOf('a1 b1 a2 b- a3 c1')).toEqual(['a1 b1', 'a2', 'a3 c1']);
  });

  it('are one where nothing was written twice', () => {
    expect(runsOf('b1 a1')).toEqual(['a1 b1']);
  });
});
