import { describe, expect, it } from 'vitest';
import {
  hashPassword,
  newPassword,
  schemeOfColumns,
  schemeOfHash,
} from '../../../electron/impersonation/passwords.ts';

describe('a hash', () => {
  it.each([
    ['bcrypt', /^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/],
    ['bcrypt-php', /^\$2y\$\d\d\$[./A-Za-z0-9]{53}$/],
    ['devise', /^\$2a\$\d\d\$[./A-Za-z0-9]{53}$/],
    ['argon2id', /^\$argon2id\$v=19\$m=\d+,t=\d+,p=1\$/],
    ['scrypt-werkzeug', /^scrypt:32768:8:1\$[A-Za-z0-9]{16}\$[0-9a-f]{128}$/],
    ['pbkdf2-django', /^pbkdf2_sha256\$\d+\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$/],
    ['none', /^hello$/],
  ] as const)(
    'of the scheme %s is written as its applications write it, and never twice the same',
    async (scheme, form) => {
      const hash = await hashPassword(scheme, 'hello');
      expect(hash).toMatch(form);
      if (scheme !== 'none') expect(await hashPassword(scheme, 'hello')).not.toBe(hash);
    },
  );

  it('is not made of what bcrypt would cut off', async () => {
    for (const password of ['x'.repeat(73), 'ü'.repeat(37), 'a\0b', '']) {
      await expect(hashPassword('bcrypt', password)).rejects.toMatchObject({ code: 'usage' });
    }
  });

  it('tells its scheme by how it begins', async () => {
    expect(schemeOfHash(await hashPassword('devise', 'hello'))).toBe('bcrypt');
    for (const scheme of ['bcrypt', 'bcrypt-php', 'argon2id', 'scrypt-werkzeug', 'pbkdf2-django'] as const) {
      expect(schemeOfHash(await hashPassword(scheme, 'hello'))).toBe(scheme);
    }
    expect(['redacted', '', 'sg0ecC7OKvc6Ofvy0irQSqUVX'].map(schemeOfHash)).toEqual([null, null, null]);
  });
});

describe('a scheme', () => {
  it.each([
    [['id', 'password', 'last_login', 'is_superuser'], 'pbkdf2-django'],
    [['id', 'encrypted_password', 'reset_password_token'], 'devise'],
    [['id', 'password', 'remember_token'], 'bcrypt-php'],
    [['id', 'password_hash'], 'bcrypt'],
  ])('is told by the columns %j', (columns, scheme) => {
    expect(schemeOfColumns(columns)).toBe(scheme);
  });
});

it('a new password is another one each time', () => {
  expect(new Set(Array.from({ length: 50 }, newPassword)).size).toBe(50);
});
