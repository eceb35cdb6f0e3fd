import { describe, expect, it } from 'vitest';
import { sumChanges } from '../../../electron/impersonation/kept.ts';
import { readKey, writeKey } from '../../../electron/impersonation/keys.ts';
import { textsOf } from '../../../electron/impersonation/memory.ts';
import { parseRecordText } from '../../../electron/impersonation/record-text.ts';

describe('a row as one text', () => {
  it.each([
    ['(1,a,)', ['1', 'a', null]],
    ['(,"",x)', [null, '', 'x']],
    ['("a ""b"" c","\\\\x00",",")', ['a "b" c', '\\x00', ',']],
    ['("(1,""x,""""y"")","{""a b"",NULL}")', ['(1,"x,""y")', '{"a b",NULL}']],
    ['("line\nbreak"," ")', ['line\nbreak', ' ']],
    ['()', []],
    ['("")', ['']],
  ])('%s is taken apart into its columns', (text, values) => {
    expect(parseRecordText(text)).toEqual(values);
  });
});

describe('a key', () => {
  it.each([[['17']], [['a,b%2C']], [['a,b', '%', '']], [['0,0', '1']]])(
    '%j is the same after writing and reading',
    (values) => {
      expect(readKey(writeKey(values), values.length)).toEqual(values);
    },
  );

  it('of the wrong number of parts is none', () => {
    expect(readKey('1,2', 3)).toBeNull();
  });
});

describe('several changes of a row', () => {
  const change = (former: string | null, current: string | null) => ({ relid: '1', former, current });

  it.each([
    ['changed twice', [change('a', 'b'), change('b', 'c')], [change('a', 'c')]],
    ['made and changed', [change(null, 'b'), change('b', 'c')], [change(null, 'c')]],
    ['made and taken away', [change(null, 'b'), change('b', null)], []],
    ['changed and taken away', [change('a', 'b'), change('b', null)], [change('a', null)]],
    [
      'taken away and made again',
      [change('a', null), change(null, 'a')],
      [change('a', null), change(null, 'a')],
    ],
    ['changed and back', [change('a', 'b'), change('b', 'a')], [change('a', 'a')]],
  ])('are one: %s', (_what, changes, sum) => {
    expect(sumChanges(changes)).toEqual(sum);
  });

  it('of two tables stay two', () => {
    const changes = [change('a', 'b'), { relid: '2', former: 'b', current: 'c' }];
    expect(sumChanges(changes)).toEqual(changes);
  });
});

describe('texts in memory', () => {
  const lines = [
    '\n1\tann@example.com\tann',
    '2\tbob@example.com\tjoanna',
    'Xy3\tc\\td@example.com\tmária',
    '4\t\tannabel',
  ];
  const texts = textsOf(Buffer.from(`${lines.join('\n')}\n`), 1);

  it.each([
    ['ann', [['1'], ['4'], ['2']]],
    ['ANN', [['1'], ['4'], ['2']]],
    ['Ária', [['Xy3']]],
    ['Xy3', [['Xy3']]],
    ['2', [['2']]],
    ['c\td', [['Xy3']]],
    ['zzz', []],
  ])('find %j, those in whom a field begins so first', (text, keys) => {
    expect(texts.find(text, 10)).toEqual(keys);
  });

  it('find as many as are wanted', () => {
    expect(texts.find('example', 2)).toHaveLength(2);
  });
});
