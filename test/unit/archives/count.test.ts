import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvCounter } from '../../../electron/archives/count.ts';
import { csvText, cut } from '../../support/csv.ts';
import { full } from '../../support/skip.ts';

/** The same by the book: one character after the other, records kept whole. */
function countSlowly(text: string): { records: number; lines: number; quoted: boolean } {
  const records: string[] = [];
  let record = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    record += character;
    if (character === '\n' && !quoted) {
      records.push(record);
      record = '';
    }
  }
  if (record !== '') records.push(record);
  return { records: records.length, lines: text.split('\n').length - 1, quoted };
}

describe('counting records', () => {
  it('agrees with a slow count on any text, however it is cut into chunks', () => {
    fc.assert(
      fc.property(csvText, fc.array(fc.nat({ max: 40 })), (text, cuts) => {
        const counter = new CsvCounter();
        for (const chunk of cut(Buffer.from(text), cuts)) counter.push(chunk);
        const { records, lines, quoted } = counter;
        expect({ records, lines, quoted }).toEqual(countSlowly(text));
      }),
      { numRuns: full ? 20_000 : 1_000 },
    );
  });

  it('counts a last record that lacks its line end (C24)', () => {
    const counter = new CsvCounter();
    counter.push(Buffer.from('1,a\n2,b'));
    expect(counter).toMatchObject({ records: 2, lines: 1, open: true });
  });

  it('counts a lone \\. as a record like any other (C24)', () => {
    const counter = new CsvCounter();
    counter.push(Buffer.from('1\n\\.\n2\n'));
    expect(counter.records).toBe(3);
  });
});
