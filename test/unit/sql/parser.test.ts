import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../electron/demo/allowed.ts';
import { loadParser } from '../../../electron/sql/parser.ts';

const parser = await loadParser();
const statement = (text: string) => ({ text, line: 3, file: 's.sql' });

const deep: readonly (readonly [string, string])[] = [
  ['operators', `SELECT ${'1+'.repeat(20_000)}1`],
  ['brackets', `SELECT ${'('.repeat(60_000)}1${')'.repeat(60_000)}`],
  ['queries', `SELECT * FROM ${'(SELECT * FROM '.repeat(20_000)}t${')x'.repeat(20_000)}`],
  ['arrays', `SELECT ${'ARRAY['.repeat(50_000)}1${']'.repeat(50_000)}`],
];

describe('the parser', () => {
  it.each(deep)(
    'refuses %s that nest too deep, and parses as before after sixty of them (C17)',
    (_what, text) => {
      for (let round = 0; round < 60; round++) {
        expect(() => parser.parse(statement(text))).toThrow(/line 3 of s\.sql/);
      }
      expect(parser.parse(statement('SELECT 1'))).toHaveProperty('SelectStmt');
      expect(parser.scan(statement('SELECT 1')).map((token) => token.text)).toEqual(['SELECT', '1']);
    },
  );

  it('says what is wrong in the words of PostgreSQL, and keeps its instance then', () => {
    for (let round = 0; round < 100; round++) {
      expect(() => parser.parse(statement('SELEC 1'))).toThrow('syntax error at or near "SELEC"');
    }
    expect(() => parser.parse(statement('SELECT 1; SELECT 2'))).toThrow('not one statement');
    expect(() => parser.parse(statement(''))).toThrow('not one statement');
    expect(() => parser.scan(statement("SELECT 'a"))).toThrow('unterminated');
  });

  it('refuses a zero byte, behind which it would see nothing', () => {
    expect(() => parser.parse(statement('SELECT 1\0; DROP TABLE t'))).toThrow('zero byte');
    expect(() => parser.scan(statement('SELECT 1\0; DROP TABLE t'))).toThrow('zero byte');
  });
});

describe('the words of a statement', () => {
  it.each([
    ['create /* a */ table t ()', 'CREATE TABLE'],
    ['-- a\n/* /* b */ */insert into t values (1)', 'INSERT'],
    ['/* never ends', 'a statement'],
    ["COPY t FROM '/* '", 'COPY'],
  ])('of %s', (text, words) => {
    expect(wordsOf(text)).toBe(words);
  });
});
