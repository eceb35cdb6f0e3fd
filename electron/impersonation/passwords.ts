import { pbkdf2, randomBytes, randomInt, type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { RockpoolError } from '../contract/errors.ts';
import type { PasswordScheme } from '../contract/impersonation.ts';

// What a hash costs is written within it, and a login takes any cost. The data is redacted and on one's own machine, and
// becoming somebody is to take no time: those that are worked out in JavaScript cost less than in production.
const bcryptCost = 8;
const argonMemoryKiB = 8192;
const argonPasses = 2;
const werkzeugScrypt = { N: 32_768, r: 8, p: 1 };
const djangoIterations = 260_000;

/**
 * Hashes a password as an application of this scheme does. `pepper` is what Devise appends where it is configured so.
 * Throws `usage` for a password that the scheme cannot hold.
 */
export async function hashPassword(scheme: PasswordScheme, password: string, pepper = ''): Promise<string> {
  switch (scheme) {
    case 'none':
      return password;
    case 'bcrypt':
      return bcryptHash(password, '$2b$');
    // PHP tells only hashes that begin so for bcrypt.
    case 'bcrypt-php':
      return bcryptHash(password, '$2y$');
    case 'devise':
      return bcryptHash(password + pepper, '$2a$');
    case 'argon2id':
      return (await import('hash-wasm')).argon2id({
        password: required(password),
        salt: randomBytes(16),
        parallelism: 1,
        iterations: argonPasses,
        memorySize: argonMemoryKiB,
        hashLength: 32,
        outputType: 'encoded',
      });
    case 'scrypt-werkzeug': {
      const { N, r, p } = werkzeugScrypt;
      const salt = letters(16);
      const key = await scryptOf(required(password), salt, 64, { N, r, p, maxmem: 132 * N * r * p });
      return `scrypt:${N}:${r}:${p}$${salt}$${key.toString('hex')}`;
    }
    case 'pbkdf2-django': {
      const salt = letters(22);
      const key = await promisify(pbkdf2)(required(password), salt, djangoIterations, 32, 'sha256');
      return `pbkdf2_sha256$${djangoIterations}$${salt}$${key.toString('base64')}`;
    }
  }
}

const scryptOf = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

async function bcryptHash(password: string, prefix: string): Promise<string> {
  // Bcrypt reads 72 bytes up to a NUL; libraries differ in what they do with more.
  if (Buffer.byteLength(required(password)) > 72 || password.includes('\0')) {
    throw unfit('Bcrypt takes passwords of 72 bytes at most, without NUL.');
  }
  const { default: bcrypt } = await import('bcryptjs');
  const hash = await bcrypt.hash(password, bcryptCost);
  return prefix + hash.slice(4);
}

function required(password: string): string {
  if (password !== '') return password;
  throw unfit('A password cannot be empty.');
}

function unfit(message: string): RockpoolError {
  return new RockpoolError('usage', message, { hint: 'Give another one: --set password=…' });
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function letters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** A password for one impersonation: 95 random bits that satisfy the usual rules for passwords and are easy to type. */
export function newPassword(): string {
  return `Aa1-${letters(16)}`;
}

const known: readonly (readonly [RegExp, PasswordScheme])[] = [
  [/^\$2y\$\d\d\$/, 'bcrypt-php'],
  [/^\$2[abx]\$\d\d\$/, 'bcrypt'],
  [/^\$argon2id?\$/, 'argon2id'],
  [/^scrypt:\d+:\d+:\d+\$/, 'scrypt-werkzeug'],
  [/^pbkdf2_sha256\$\d+\$/, 'pbkdf2-django'],
];

/** The scheme of a hash by how it begins, null where that does not tell. */
export function schemeOfHash(hash: string): PasswordScheme | null {
  return known.find(([pattern]) => pattern.test(hash))?.[1] ?? null;
}

/**
 * The scheme of a users table, by its columns: hashes themselves are usually redacted. Frameworks are told by the
 * columns that only they make.
 */
export function schemeOfColumns(columns: readonly string[]): PasswordScheme {
  const has = (...names: string[]): boolean => names.every((name) => columns.includes(name));
  if (has('password', 'last_login') && (has('is_active') || has('is_superuser'))) return 'pbkdf2-django';
  if (has('encrypted_password', 'reset_password_token')) return 'devise';
  if (has('password', 'remember_token')) return 'bcrypt-php';
  return 'bcrypt';
}
