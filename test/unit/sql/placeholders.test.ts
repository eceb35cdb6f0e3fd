import { describe, expect, it } from 'vitest';
import { parsePlaceholders } from '../../../electron/sql/placeholders.ts';

describe('placeholders', () => {
  it('become numbers, one for each place, in order', () => {
    expect(
      parsePlaceholders('UPDATE t SET a = %(x)s, b = %(company name)s WHERE a <> %(x)s AND c = %(ü)s'),
    ).toEqual({
      text: 'UPDATE t SET a = $1, b = $2 WHERE a <> $3 AND c = $4',
      names: ['x', 'company name', 'x', 'ü'],
    });
  });

  it.each([
    ['%% as a percent sign', "SELECT 5 %% 2, 'a%%', x %(n)s", "SELECT 5 % 2, 'a%', x $1"],
    ['a percent sign that is alone', 'SELECT a % b, %(n)s', 'SELECT a % b, $1'],
    ['%%(n)s as text', 'SELECT 1 %%(n)s, %(n)s', 'SELECT 1 %(n)s, $1'],
    [
      'comments, nested ones too',
      '/* %(a)s /* */ %(b)s */ %(n)s -- %(c)s',
      '/* %(a)s /* */ %(b)s */ $1 -- %(c)s',
    ],
    ['strings with quotes in them', "SELECT 'it''s', E'\\'', %(n)s", "SELECT 'it''s', E'\\'', $1"],
    ['dollar quotes', 'SELECT $a$ $1 $b$ $a$, $$;$$, %(n)s', 'SELECT $a$ $1 $b$ $a$, $$;$$, $1'],
    ['names with a dollar sign in them', 'SELECT a$b$c, a$1, %(n)s', 'SELECT a$b$c, a$1, $1'],
  ])('leave %s as it is', (_what, sql, text) => {
    expect(parsePlaceholders(sql)).toEqual({ text, names: ['n'] });
  });

  it.each([
    ['within a string', "SELECT '%(n)s'", 'the placeholder n stands within quotes'],
    ['within a string with escapes', "SELECT E'\\'%(n)s'", 'the placeholder n stands within quotes'],
    ['as a name', 'SELECT * FROM "%(n)s"', 'the placeholder n stands within quotes'],
    ['within dollar quotes', 'SELECT $x$%(n)s$x$', 'the placeholder n stands within quotes'],
    ['without its s', 'SELECT %(n)d', 'the placeholder n does not end in )s'],
    ['by number', 'SELECT $1', '$1 is no placeholder here'],
  ])('are refused %s (C15)', (_what, sql, problem) => {
    expect(() => parsePlaceholders(sql)).toThrow(problem);
  });

  it('are read in linear time from a long statement', () => {
    const sql = `SELECT ${"'".repeat(2)} ${'a$'.repeat(200_000)} ${'%('.repeat(100_000)}`;
    expect(parsePlaceholders(sql).names).toEqual([]);
  });
});
