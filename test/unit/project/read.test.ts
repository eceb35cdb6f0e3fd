import { describe, expect, it } from 'vitest';
import { isRockpoolError } from '../../../electron/contract/errors.ts';
import { readProject } from '../../../electron/project/read.ts';
import { projectSchema } from '../../../electron/project/schema.ts';
import { readFiles } from '../../support/files.ts';

const whole = `
version: 1
installs:
  acme:
    dataset: s3://acme-datasets/exports/8f1c@latest
    server: { kind: docker, postgres: 17, port: 54017 }
    afterInstall: [sql/cleanup.sql]
    createdb: true
    env: { file: .env.local, DATABASE_URL: "{{url}}", PGPASSWORD: "{{password}}" }
    demo:
      statements: sql/demo.sql
      parameters:
        company_name: { label: Company, default: Acme }
        seats: { kind: number, default: 12 }
        plan: { choices: [gold, 2] }
      profiles: { globex: { company_name: Globex, seats: 3 } }
    users: { table: public.users, show: [id, name, email, role] }
    impersonate:
      login:
        sql: UPDATE users SET email = %(my_email)s, password = %(password_hash)s WHERE id = %(user_id)s
        password: { scheme: bcrypt }
        open: http://localhost:3000/login
    check: { onFinding: refuse, allow: [public.company.phone] }
`;

function problemOf(text: string): { message: string; line: unknown; column: unknown } {
  try {
    readProject(text, 'rockpool.yml');
  } catch (error) {
    if (!isRockpoolError(error, 'project_invalid')) throw error;
    return { message: error.message, line: error.detail?.line, column: error.detail?.column };
  }
  throw new Error('it was taken');
}

describe('a project file', () => {
  it('is read as the team wrote it, numbers and the like as texts where a value is a text', () => {
    const { installs } = readProject(whole, 'rockpool.yml');
    expect(installs.acme?.demo?.parameters).toEqual({
      company_name: { label: 'Company', default: 'Acme' },
      seats: { kind: 'number', default: '12' },
      plan: { choices: ['gold', '2'] },
    });
    expect(installs.acme?.demo?.profiles).toEqual({ globex: { company_name: 'Globex', seats: '3' } });
    expect(installs.acme?.server).toEqual({ kind: 'docker', postgres: 17, port: 54017 });
  });

  it.each([
    [
      'an unknown key, with what is like it',
      whole.replace('afterInstall', 'afterInstal'),
      7,
      5,
      'did you mean afterInstall',
    ],
    ['an unknown key at the top', `${whole}\nhooks: { up: ls }\n`, 25, 1, 'hooks'],
    [
      'an unknown key deep inside',
      whole.replace('label: Company', 'lable: Company'),
      13,
      25,
      'did you mean label',
    ],
    ['a missing key', 'installs:\n  acme:\n    createdb: true\n', 2, 3, 'dataset is missing'],
    ['a wrong kind of value', whole.replace('createdb: true', 'createdb: maybe'), 8, 15, 'createdb'],
    ['a port that is none', whole.replace('54017', '99999'), 6, 49, 'port'],
    ['no YAML', 'installs:\n  acme: {dataset: x\n', 3, 1, ''],
    ['a key that comes twice', 'installs:\n  a: { dataset: ./x }\n  a: { dataset: ./y }\n', 3, 3, 'unique'],
    ['a name that cannot be one', 'installs:\n  select: { dataset: ./x }\n', 2, 3, 'keyword'],
    ['a name with capitals', 'installs:\n  Acme: { dataset: ./x }\n', 2, 3, 'Acme'],
    ['nothing at all', '', 1, 1, ''],
    ['a list', '- installs\n', 1, 1, ''],
  ])('that has %s is refused with its place', (_what, text, line, column, words) => {
    const problem = problemOf(text);
    expect([problem.line, problem.column]).toEqual([line, column]);
    expect(problem.message).toContain(`rockpool.yml:${line}:${column}:`);
    expect(problem.message).toContain(words);
  });

  it('that contains itself is refused, and so is one that is made to explode', () => {
    expect(problemOf('installs: &all\n  acme:\n    dataset: ./x\n    demo: *all\n')).toMatchObject({
      line: 4,
      column: 11,
    });
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
      .concat(
        Array.from({ length: 8 }, (_, i) => {
          const [before, name] = ['abcdefghij'[i], 'abcdefghij'[i + 1]];
          return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`;
        }),
      )
      .join('\n');
    expect(problemOf(bomb).message).toContain('rockpool.yml');
  });

  // Each of these took minutes by the square of its length: past the test's own limit.
  it.each([
    ['aliases', `a: &a x\nb: [${'*a,'.repeat(30_000)}]\n`],
    ['names for aliases', Array.from({ length: 9000 }, (_, i) => `k${i}: &a${i} x`).join('\n')],
    ['keys', Array.from({ length: 14_000 }, (_, i) => `${i}:`).join('\n')],
    ['brackets', '['.repeat(90_000)],
    ['tags', `a: ${'!!str '.repeat(15_000)}`],
    ['more than is read', 'a: x\n'.repeat(1_000_000)],
  ])('that is made of %s is refused at once', (_what, text) => {
    expect(problemOf(text).message).toContain('rockpool.yml');
  });

  it('may use an alias that does no harm', () => {
    const { installs } = readProject(
      'installs:\n  a:\n    dataset: ./x\n    users: &users { table: users }\n  b:\n    dataset: ./y\n    users: *users\n',
      'rockpool.yml',
    );
    expect(installs.b?.users).toEqual({ table: 'users' });
  });

  it('that was written for a newer version says so before anything else', () => {
    const { message, line } = problemOf('version: 2\ninstalls: { acme: { dataset: ./x, teleport: true } }\n');
    expect(message).toContain('newer Rockpool');
    expect(line).toBe(1);
  });

  it.each([
    ['a password in an address', 'dataset: postgres://me:hunter2-secret@db/x'],
    ['a password as a variable', 'dataset: ./x\n    env: { file: .env, DB_PASSWORD: hunter2-secret }'],
    ['an access key', 'dataset: ./x\n    env: { file: .env, KEY: AKIAIOSFODNN7EXAMPLE }'],
    [
      'a token in a profile',
      'dataset: ./x\n    demo: { statements: a.sql, profiles: { p: { api_token: hunter2-secret } } }',
    ],
    [
      'a literal in a recipe',
      'dataset: ./x\n    impersonate: { login: { sql: "ALTER ROLE a PASSWORD \'hunter2-secret\'" } }',
    ],
  ])('that holds %s is refused without showing it', (_what, lines) => {
    const { message } = problemOf(`installs:\n  acme:\n    ${lines}\n`);
    expect(message).toMatch(/secret/);
    expect(message).not.toContain('hunter2');
    expect(message).not.toContain('AKIA');
  });

  it('is described by the JSON schema that editors are given', () => {
    const [file] = readFiles(['resources'], ['rockpool.schema.json']);
    // Out of date? node resources/make-schema.ts
    expect(JSON.parse(file?.text ?? '')).toEqual(projectSchema());
  });
});
