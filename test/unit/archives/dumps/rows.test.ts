import { describe, expect, it } from 'vitest';
import { readAll } from '../../../../electron/archives/dumps/bytes.ts';
import { withoutEndMark } from '../../../../electron/archives/dumps/rows.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

const read = async (text: string, size: number): Promise<string> =>
  (await readAll(withoutEndMark(inPieces(text, size), 'a'), 'a', 1e6)).toString();

describe('the end of the rows in a data block', () => {
  it.each(['', '1\t2\n', '\n', '\\\\.\n', 'a\\.\n\\.b\n', '\\N\n\\\\N\n'])(
    'is found after %j',
    async (rows) => {
      for (let size = 1; size < 12; size++) expect(await read(`${rows}\\.\n\n\n`, size)).toBe(rows);
    },
  );

  it.each(['', '1\n', '1\n\\.', '1\n2', '1\\.\n'])(
    'is missed where %j is all that came (C24)',
    async (text) => {
      for (let size = 1; size < 12; size++) {
        await expect(read(text, size)).rejects.toMatchObject({ code: 'archive_damaged' });
      }
    },
  );

  it('is an error where rows follow it, which would be lost', async () => {
    for (let size = 1; size < 12; size++) {
      await expect(read('1\n\\.\n\n2\n', size)).rejects.toMatchObject({ code: 'archive_damaged' });
    }
  });
});
