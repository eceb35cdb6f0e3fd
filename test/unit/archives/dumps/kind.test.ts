import { describe, expect, it } from 'vitest';
import { findKind, kindBytes } from '../../../../electron/archives/dumps/kind.ts';

const kindOf = (text: string): string => findKind(Buffer.from(text, 'latin1'), 'f.sql');

describe('the kind of a file', () => {
  it.each([
    'SET a = 1;',
    '\xef\xbb\xbfSELECT 1;',
    '-- a dump\n\nCREATE TABLE t ();',
    '/* a /* nested */ licence */ CREATE TABLE t ();',
    '--\r\n--\r\nBEGIN;',
    '\\restrict abc\nSET a = 1;',
    `-- ${'long '.repeat(kindBytes)}`,
    `/* ${'long '.repeat(kindBytes)}`,
    '/**/'.repeat(kindBytes),
  ])('is SQL where it begins as SQL does, whatever comments stand before: %.40s', (text) => {
    expect(kindOf(text.slice(0, kindBytes))).toBe('sql');
  });

  it.each([
    `${'/**/'.repeat(200)}x`,
    `${'/**/'.repeat(200)}/`,
    `${'--\n'.repeat(500)}x`,
    ' '.repeat(4000),
    '/* SET a = 1;',
  ])('is unknown for what is none, and that is found at once: %.20s (C17)', (text) => {
    expect(() => kindOf(text)).toThrow('in no format that is known');
  });
});
