import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorCodes } from '../../../electron/contract/errors.ts';
import { hintInPage, isForTerminal, pageHints } from '../../../renderer/texts/errors.ts';

const codes = Object.keys(errorCodes) as ErrorCode[];

describe('what the page says to do about an error', () => {
  it.each(codes)('is there for %s, and is nothing for a terminal', (code) => {
    const hint = pageHints[code];
    expect(hint === null || /^[A-Z].*\.$/.test(hint)).toBe(true);
    expect(isForTerminal(hint ?? '')).toBe(false);
    expect(hintInPage(code, 'Give one with --set name=…, or see rockpool help.')).toBe(hint);
    expect(hintInPage(code, 'Take fewer rows.')).toBe('Take fewer rows.');
    expect(hintInPage(code, null)).toBeNull();
  });

  it.each([
    'rockpool server list shows those that there are.',
    'Save one: rockpool profile acme save P key=value …',
    'Name another one with --port, or leave it out.',
    '--plain leaves the statements out.',
  ])('is told from a command: %s', (hint) => expect(isForTerminal(hint)).toBe(true));

  it.each(['Read the rows again.', 'A well-known name.', 'It is at a -- dash.'])('may be: %s', (hint) =>
    expect(isForTerminal(hint)).toBe(false),
  );
});
