import { describe, expect, it } from 'vitest';
import { textOf } from '../../../electron/agent/texts.ts';

describe('a text of an agent', () => {
  it.each([
    ['a password in an address', 'postgres://app:correct-horse-battery@db/app', 'correct'],
    ['a key', 'AKIAABCDEFGHIJKLMNOP', 'AKIA'],
    ['a token', `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(60)}.${'b'.repeat(40)}`, 'eyJ'],
  ])('tells no part of %s on which it is cut (F5)', (_what, secret, part) => {
    for (let shown = 1; shown < secret.length; shown += 1) {
      const text = textOf(`${'x '.repeat(1000 - Math.ceil(shown / 2))}${secret} and more`);
      expect(text).not.toContain(part);
      expect(text?.length).toBeLessThanOrEqual(2000);
    }
  });
});
