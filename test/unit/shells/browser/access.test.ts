import { describe, expect, it } from 'vitest';
import { codeLifeMs, makeAccess } from '../../../../electron/shells/browser/access.ts';

describe('access to the page', () => {
  it('changes a code for the token once (B7)', () => {
    const access = makeAccess();
    const code = access.makeCode();
    expect(access.exchange(code)).toBe(access.token);
    expect(access.exchange(code)).toBeNull();
  });

  it('takes a code for 30 s and no longer (B7)', () => {
    let now = 0;
    const access = makeAccess(() => now);
    const [first, second] = [access.makeCode(), access.makeCode()];
    now = codeLifeMs;
    expect(access.exchange(first)).toBe(access.token);
    now = codeLifeMs + 1;
    expect(access.exchange(second)).toBeNull();
    expect(codeLifeMs).toBe(30_000);
  });

  it('makes tokens and codes of 256 bits, each another (B6)', () => {
    const accesses = Array.from({ length: 200 }, () => makeAccess());
    const all = accesses.flatMap((access) => [access.token, access.makeCode()]);
    expect(new Set(all).size).toBe(400);
    for (const text of all) expect(Buffer.from(text, 'base64url')).toHaveLength(32);
  });

  it('knows its own token only, whatever is held against it (B6)', () => {
    const access = makeAccess();
    expect(access.isToken(access.token)).toBe(true);
    const wrong = ['', 'x', access.token.slice(1), `${access.token}x`, makeAccess().token, access.makeCode()];
    for (const candidate of wrong) expect(access.isToken(candidate)).toBe(false);
  });

  it('does not take a code as a token nor a token as a code (B7)', () => {
    const access = makeAccess();
    expect(access.isToken(access.makeCode())).toBe(false);
    expect(access.exchange(access.token)).toBeNull();
  });

  it('forgets the oldest codes rather than keep any number of them', () => {
    const access = makeAccess();
    const codes = Array.from({ length: 100 }, () => access.makeCode());
    expect(access.exchange(codes[0] ?? '')).toBeNull();
    expect(access.exchange(codes[99] ?? '')).toBe(access.token);
  });
});
