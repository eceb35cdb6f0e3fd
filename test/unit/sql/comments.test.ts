import { describe, expect, it } from 'vitest';
import { withoutComments } from '../../../electron/sql/comments.ts';

describe('a text without its comments', () => {
  it.each([
    ['SELECT 1', 'SELECT 1'],
    ['-- a\nSELECT', ' \nSELECT'],
    ['-- a\r\nSELECT', ' \r\nSELECT'],
    ['a/* b /* c */ d */e', 'a e'],
    ['/**//**/x', '  x'],
    ['/*/ x */y', ' y'],
    ['a -- b', 'a  '],
    ['a /* b', 'a  '],
    ['/* -- */ a', '  a'],
    ['-- /*\na */', ' \na */'],
  ])('of %j is %j', (text, wanted) => {
    expect(withoutComments(text)).toBe(wanted);
  });
});
