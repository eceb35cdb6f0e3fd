import { describe, expect, it } from 'vitest';
import { inferTable } from '../../../electron/archives/infer.ts';
import { typeOfValue } from '../../../electron/archives/types.ts';
import { streamOf } from '../../support/csv.ts';

describe('the type of one value', () => {
  it.each([
    ['t', 'boolean'],
    ['false', 'boolean'],
    ['0', 'integer'],
    ['-2147483648', 'integer'],
    ['2147483648', 'bigint'],
    ['9223372036854775807', 'bigint'],
    ['9223372036854775808', 'numeric'],
    ['-12.50', 'numeric'],
    ['2024-02-29', 'date'],
    ['2024-02-29 23:59:59.123456', 'timestamp'],
    ['2024-02-29T23:59:59Z', 'timestamptz'],
    ['2024-02-29 23:59:59+05:30', 'timestamptz'],
    ['8f1c2d3e-6a4b-4c5d-9e7f-0a1b2c3d4e5f', 'uuid'],
    ['{"a": 1, "b": ["x"]}', 'jsonb'],
    ['{"a":1}', 'json'],
    ['{"a": 1, "a": 2}', 'json'],
    ['[1.0]', 'json'],
  ])('of %s is %s', (value, type) => {
    expect(typeOfValue(value)).toBe(type);
  });

  it.each([
    ['leading zeros', '007'],
    ['a plus sign', '+1'],
    ['minus zero', '-0'],
    ['minus zero with a fraction', '-0.00'],
    ['an exponent', '1e5'],
    ['no day of the calendar', '2023-02-29'],
    ['a year of its own kind', '0000-01-01'],
    ['a leap second', '2024-01-01 23:59:60'],
    ['more than microseconds', '2024-01-01 00:00:00.1234567'],
    ['an offset beyond PostgreSQL', '2024-01-01 00:00:00+16'],
    ['capital hexadecimal digits', '8F1C2D3E-6A4B-4C5D-9E7F-0A1B2C3D4E5F'],
    ['braces that are no JSON', '{Trailers}'],
    ['an escaped NUL in JSON', '{"a": "\\u0000"}'],
    ['half a surrogate pair in JSON', '["\\ud800"]'],
    ['JSON nested beyond reason', `${'['.repeat(200)}${']'.repeat(200)}`],
    ['a number longer than anybody needs', '1'.repeat(2_000)],
  ])('with %s is text', (_what, value) => {
    expect(typeOfValue(value)).toBe('text');
  });

  it('of a hostile text of a megabyte is found in linear time', () => {
    // A backtracking pattern takes longer than this test may.
    for (const piece of ['1', '-', '[', '{"a":', '2024-02-29 ', '0.', '" '])
      typeOfValue(piece.repeat(200_000));
  });
});

describe('inferring columns', () => {
  const infer = (rows: string, columns: number, sizes?: number[]) =>
    inferTable(streamOf(rows, sizes), columns);

  it('takes the type that every row fits, the last one too', async () => {
    const rows = '1,1,t,2024-01-01\n2,2147483648,f,2024-01-02\n'.repeat(1_000);
    expect(await infer(rows, 4)).toEqual(['integer', 'bigint', 'boolean', 'date']);
    expect(await infer(`${rows}x,0.5,x,2024-01-01 00:00:00\n`, 4)).toEqual([
      'text',
      'numeric',
      'text',
      'text',
    ]);
  });

  it('takes an empty field for NULL, an empty quoted one for text', async () => {
    expect(await infer('1,1\n,""\n', 2)).toEqual(['integer', 'text']);
  });

  it('takes a column of NULLs alone for text, as well as every column of no rows', async () => {
    expect(await infer(',\n,\n', 2)).toEqual(['text', 'text']);
    expect(await infer('', 2)).toEqual(['text', 'text']);
  });

  it('reads quoted values, line ends of both kinds and a last record without one, at any cut', async () => {
    for (const sizes of [[1], [2], [3], [1000]]) {
      expect(await infer('"1","{""a"": 1}"\r\n"2","{""a"": ""x,y"",\n""b"": 2}"\r\n3,[]', 2, sizes)).toEqual([
        'integer',
        'json',
      ]);
      expect(await infer('"1","{""a"": 1}"\r\n2,[]', 2, sizes)).toEqual(['integer', 'jsonb']);
    }
  });

  it('takes a value that is too long to be looked at for text', async () => {
    const long = `[${'1, '.repeat(50_000)}1]`;
    expect(await infer(`"${long}"\n`, 1, [997])).toEqual(['text']);
  });

  it('takes bytes that are no UTF-8 for text', async () => {
    expect(await inferTable(streamOf(Buffer.from([0x31, 0xff, 0x0a])), 1)).toEqual(['text']);
  });
});
