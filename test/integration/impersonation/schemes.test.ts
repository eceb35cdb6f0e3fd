import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PasswordScheme } from '../../../electron/contract/impersonation.ts';
import { hashPassword } from '../../../electron/impersonation/passwords.ts';
import { become, makeLive, stop } from '../../support/impersonating.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { haveReferenceLibraries, letsIn } from '../../support/reference-hashes.ts';
import { skipUnless } from '../../support/skip.ts';

const schemes = ['bcrypt', 'bcrypt-php', 'devise', 'argon2id', 'scrypt-werkzeug', 'pbkdf2-django'] as const;
const withLibraries = skipUnless(
  haveReferenceLibraries(),
  'it needs python3 with bcrypt, argon2, werkzeug, django and passlib',
);

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres[Symbol.asyncDispose]());

async function hashIn(scheme: PasswordScheme, set: Record<string, string>) {
  const live = await makeLive(
    postgres,
    `CREATE TABLE users (id int PRIMARY KEY, email text, password_hash text);
     INSERT INTO users SELECT i, 'r' || i || '@example.com', 'redacted' FROM generate_series(1, 5) i;`,
  );
  const before = await live.sums();
  const sql = 'UPDATE users SET password_hash = %(password_hash)s WHERE id = %(user_id)s';
  const became = await become(live, { user: '3', recipe: { sql, password: { scheme } }, set });
  const [row] = await live.run('SELECT password_hash FROM users WHERE id = 3');
  return { live, before, became, hash: String(row?.password_hash) };
}

describe('a known password', withLibraries, () => {
  it.each(schemes)(
    'in the scheme %s lets one in by its reference library, and leaves no trace',
    async (scheme) => {
      const { live, before, became, hash } = await hashIn(scheme, {});
      const password = became.values.get('password') ?? '';
      expect(password.length).toBeGreaterThan(15);
      expect(letsIn(scheme, password, hash)).toBe(true);
      expect(letsIn(scheme, `${password}x`, hash)).toBe(false);
      await stop(live, became);
      expect(await live.sums()).toEqual(before);
    },
  );

  it.each(schemes)('may hold letters of any script in the scheme %s', async (scheme) => {
    const password = 'pässwörd 🐚 "\\';
    expect(letsIn(scheme, password, await hashPassword(scheme, password))).toBe(true);
  });

  it('has the pepper behind it where Devise has one', async () => {
    const { hash } = await hashIn('devise', { password: 'hello', pepper: 'salted' });
    expect(letsIn('devise', 'hello', hash, 'salted')).toBe(true);
    expect(letsIn('devise', 'hello', hash)).toBe(false);
  });
});
