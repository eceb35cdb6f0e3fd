import { describe, expect, it } from 'vitest';
import { visible } from '../../../electron/contract/visible.ts';

describe('a text that somebody is to agree to', () => {
  it.each([
    ['plain ünï 🐚 text', 'plain ünï 🐚 text'],
    ['a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['\u001b[2J\u0007', '\\u001b[2J\\u0007'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u202eb\u2066c\u200bd\u2028e', 'a\\u202eb\\u2066c\\u200bd\\u2028e'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('shows what is in %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
