import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactValue, rememberSecret } from '../../../electron/state/redact.ts';

const base64 = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';

/** Texts as they turn up in logs, and what of each must not stay. */
const planted: readonly (readonly [string, string, string])[] = [
  ['a connection URL', 'postgres://ann:hunter2hunter@127.0.0.1:5432/acme', 'hunter2hunter'],
  ['a URL whose password holds an @', 'postgres://ann:hun@ter2@127.0.0.1/acme', 'ter2'],
  ['a URL without a user', 'redis://:hunter2@cache:6379', 'hunter2'],
  ['an assignment', 'password=hunter2', 'hunter2'],
  ['an environment variable', 'PGPASSWORD=hunter2 POSTGRES_PASSWORD=hunter3', 'hunter'],
  ['a name that ends in it', 'adminPassword: hunter2', 'hunter2'],
  ['a JSON field', '{"password":"hunter 2","user":"ann"}', 'hunter'],
  ['a JSON field inside JSON', String.raw`{"text":"{\"token\":\"hunter2\"}"}`, 'hunter2'],
  ['a quoted value', "secret = 'hunter two'", 'two'],
  ['an option of a command', 'rockpool agent add x --password hunter2 --user ann', 'hunter2'],
  ['a statement', "ALTER ROLE ann PASSWORD 'hunter2'", 'hunter2'],
  ['basic authorization', `Authorization: Basic ${base64}`, base64],
  ['a bearer token', `sent Bearer ${base64}`, base64],
  ['a cookie', 'Set-Cookie: jwt=hunter2; Path=/', 'hunter2'],
  ['a presigned address', `https://b.example/x?X-Amz-Signature=${base64}&n=1`, base64],
  ['an AWS secret', `AWS_SECRET_ACCESS_KEY=${base64}`, base64],
  ['an AWS key id', `id AKIAIOSFODNN7EXAMPLE.`, 'AKIAIOSFODNN7EXAMPLE'],
  ['an agent’s key', `{"fernetKey":"${base64}="}`, base64],
  ['a JWT', `got eyJhbGciOiJIUzI1NiJ9.${base64}.${base64}`, base64],
  ['a token of a forge', `using ghp_${base64}`, base64],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${base64}\n-----END RSA PRIVATE KEY-----`, base64],
  ['a password’s hash', `hash $argon2id$v=19$m=65536$${base64}`, base64],
  ['a SCRAM verifier', `SCRAM-SHA-256$4096:${base64}$${base64}:${base64}`, base64],
  ['an e-mail address', 'no user jo.doe+x@mail.example.com here', 'jo.doe'],
];

describe('redaction', () => {
  it.each(planted)('takes out %s (F6)', (_what, text, secret) => {
    expect(redact(`before ${text} after`)).not.toContain(secret);
    expect(redact(`before ${text} after`)).toMatch(/^before /);
  });

  it('leaves who, where and what readable', () => {
    const url = redact('postgres://ann:hunter2@127.0.0.1:5432/acme');
    expect(url).toBe('postgres://ann:[redacted]@127.0.0.1:5432/acme');
    const plain = 'Loaded 12 rows into public.film in 3 ms, 2 of 11 tables; see https://example.com/a?b=c';
    expect(redact(plain)).toBe(plain);
  });

  it('keeps JSON readable as JSON', () => {
    const text = JSON.stringify({ password: 'a "b" \\ c', token: '', user: 'ann', url: 'x://a:b@c' });
    expect(JSON.parse(redact(text))).toMatchObject({
      password: '[redacted]',
      user: 'ann',
      url: 'x://a:[redacted]@c',
    });
  });

  it('changes nothing more the second time', () => {
    for (const [, text] of planted) expect(redact(redact(text))).toBe(redact(text));
  });

  it('takes out every secret of this run wherever it turns up (F6)', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9]{8,40}$/),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          rememberSecret(secret);
          expect(redact(`${before} ${secret} ${after}`)).not.toContain(secret);
        },
      ),
    );
  });

  it('redacts a field by its name alone, and any text by what is in it', () => {
    const fields = { dbPassword: 'x', note: 'password=hunter2', count: 3, nested: { apiKey: 'y' } };
    expect(JSON.parse(JSON.stringify(fields, redactValue))).toEqual({
      dbPassword: '[redacted]',
      note: 'password=[redacted]',
      count: 3,
      nested: { apiKey: '[redacted]' },
    });
  });

  // At quadratic cost one of these would take minutes: the time limit of a test is what fails it.
  it.each([
    'a',
    'a.',
    'a@',
    'a.b@c.',
    '@a.',
    'eyJ-',
    'eyJabcdefgh.',
    '://',
    'a://b:',
    'password',
    'password=',
    'password="',
    "password='",
    'password ',
    'token\\',
    'secret="\\',
    'bearer ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    'ghp_-',
    'sk-',
    '$argon2id',
    'cookie:',
    '?key=',
    ' ',
  ])('stays linear on a megabyte of %j (F7)', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(typeof redact(text)).toBe('string');
  });
});
