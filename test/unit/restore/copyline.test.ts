import { describe, expect, it } from 'vitest';
import { findRecord } from '../../../electron/restore/copyline.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('findRecord', () => {
  it.each([
    ['plain lines', 'a\nb\nc\n', 2, { record: 2, line: 2 }],
    ['no last line end', 'a\nb', 2, { record: 2, line: 2 }],
    ['line breaks in a field', 'a\n"b\n\nb"\nc\n', 4, { record: 2, line: 2 }],
    ['the record after one with line breaks', 'a\n"b\n\nb"\nc\n', 5, { record: 3, line: 5 }],
    [
      'line breaks in the first record, which COPY does not count yet',
      '"a\na"\nb\nc\n',
      2,
      { record: 2, line: 3 },
    ],
    [
      'carriage returns in the first record, which it does',
      '"a\r\na"\r\nb\r\nc\r\n',
      3,
      { record: 2, line: 3 },
    ],
    ['line feeds alone in a file of the other kind', 'a\r\n"b\nb\r\nb"\r\nc\r\n', 4, { record: 3, line: 5 }],
    ['a line past the end', 'a\nb\n', 9, null],
  ])('counts as COPY does: %s', async (_what, text, line, place) => {
    for (const size of [1, 3, 1000]) expect(await findRecord(pieces(text, size), line)).toEqual(place);
  });
});
