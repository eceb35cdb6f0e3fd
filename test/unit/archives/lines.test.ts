import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCounted, LineCounter, type LineCounts } from '../../../electron/archives/lines.ts';

function count(bytes: Buffer, piece: number): LineCounter {
  const counter = new LineCounter();
  for (let at = 0; at < bytes.length; at += piece) counter.push(bytes.subarray(at, at + piece));
  return counter;
}

async function readline(bytes: Buffer): Promise<number> {
  const lines = createInterface({ input: Readable.from([bytes]) });
  let counted = 0;
  lines.on('line', () => {
    counted++;
  });
  await once(lines, 'close');
  return counted;
}

const of = (text: string): LineCounts => count(Buffer.from(text), 1000).counts;

describe('lines', () => {
  it.each([
    ['', 0, 0],
    ['a', 1, 0],
    ['a\n', 1, 1],
    ['a\nb', 2, 1],
    ['a\r\nb\r\n', 2, 2],
    ['a\rb\n', 2, 1],
    ['1,"a\rb"\n', 2, 1],
    ['a\r', 1, 0],
    ['\r\r\n\n', 3, 2],
  ])('of %j are %i as a file store counts them, and %i as wc -l does', (text, lines, feeds) => {
    expect(of(text)).toEqual({ lines, separated: lines, feeds });
  });

  it('that Unicode ends are told apart: not every version of a store counts them', () => {
    expect(of('a\u2028b\n')).toEqual({ lines: 1, separated: 2, feeds: 1 });
    expect(of('a\u2029')).toEqual({ lines: 1, separated: 1, feeds: 0 });
    expect(of('a\u2019b\n')).toEqual({ lines: 1, separated: 1, feeds: 1 });
  });

  it.each([
    ['a\nb\n', 2, 'yes'],
    ['a\nb\n', 3, 'no'],
    ['a\u2028b\n', 1, 'maybe'],
    ['a\u2028b\n', 2, 'maybe'],
    ['a\u2028b\n', 3, 'no'],
    ['a\rb', 2, 'yes'],
    ['a\rb', 0, 'maybe'],
  ])('of %j as against %i that were promised: %s', (text, promised, answer) => {
    expect(isCounted(of(text), promised)).toBe(answer);
  });

  it('are those of readline for whatever comes, in whatever pieces', async () => {
    const character = fc.constantFrom('a', '"', ',', '\r', '\n', '\r\n', '\u2028', '\u2029', '\u2019', 'é');
    await fc.assert(
      fc.asyncProperty(fc.array(character), fc.integer({ min: 1, max: 9 }), async (characters, piece) => {
        const bytes = Buffer.from(characters.join(''));
        expect(count(bytes, piece).counts.separated).toBe(await readline(bytes));
      }),
      { numRuns: 500, seed: 15 },
    );
  });

  it('tell by their number where a file was cut, but where one of them is open', () => {
    const whole = Buffer.from('id,v\r\n1,"a\rb"\n2,c\u2028d\n');
    const { lines } = count(whole, 3).counts;
    for (let length = 0; length < whole.length; length++) {
      const cut = count(whole.subarray(0, length), 4);
      if (cut.counts.lines === lines) expect(cut.open).toBe(true);
    }
  });
});
