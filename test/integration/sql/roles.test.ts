import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, withSession } from '../../../electron/sql/connect.ts';
import {
  createJobRole,
  createOwner,
  createUser,
  dropRole,
  roleExists,
  scramSecret,
} from '../../../electron/sql/roles.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres({ settings: ['log_statement=all'] });
  await withSession(postgres.server.admin, {}, async (admin) => {
    await createOwner(admin, 'own');
    await createUser(admin, { name: 'ann', owner: 'own', password: 'word-of-ann', createdb: false });
    await createUser(admin, { name: 'bob', owner: 'own', password: 'word-of-bob', createdb: true });
    await createJobRole(admin, {
      name: 'job',
      owner: 'own',
      password: 'word-of-job',
      connections: 2,
      validUntil: new Date(Date.now() + 3600_000),
      tempBytes: 10 * 1024 * 1024,
    });
  });
});
afterAll(async () => {
  await postgres.stop();
});

const as = (name: string, password = `word-of-${name}`) =>
  postgres.server.address(name, password, 'postgres');
async function value(name: string, sql: string): Promise<unknown> {
  return await withSession(
    as(name),
    {},
    async (session) => Object.values((await session.query(sql)).rows[0] ?? {})[0],
  );
}

describe('roles', () => {
  it('let users and jobs log in, and act as the owner from the start', async () => {
    for (const name of ['ann', 'bob', 'job']) {
      expect(await value(name, 'SELECT current_user')).toBe('own');
      expect(await value(name, 'SELECT session_user')).toBe(name);
    }
    await expect(connect(as('ann', 'wrong'))).rejects.toMatchObject({ code: '28P01' });
  });

  it('never let the owner log in', async () => {
    await expect(connect(as('own', 'x'))).rejects.toBeDefined();
  });

  it('send no password that a log could keep (F4)', () => {
    expect(postgres.log()).toContain('SCRAM-SHA-256');
    expect(postgres.log()).not.toContain('word-of');
  });

  it('give a job no privilege, and bounds that it cannot lift (C7, C9, C13, F5)', async () => {
    expect(
      await value(
        'job',
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = 'job'",
      ),
    ).toBe('f');
    expect(await value('job', "SELECT current_setting('temp_file_limit')")).toBe('10MB');
    expect(await value('job', "SELECT current_setting('log_min_messages')")).toBe('panic');
    for (const sql of [
      'SET temp_file_limit = -1',
      "SET log_min_messages = 'debug1'",
      'SET SESSION AUTHORIZATION rockpool',
      'SET ROLE rockpool',
    ]) {
      await expect(value('job', sql)).rejects.toMatchObject({ code: '42501' });
    }
    await using first = await connect(as('job'));
    await using second = await connect(as('job'));
    await expect(connect(as('job'))).rejects.toMatchObject({ code: '53300' });
    await first.close();
    await second.close();
  });

  it('may make databases only where that was asked for', async () => {
    const attribute = (name: string) =>
      value('ann', `SELECT rolcreatedb FROM pg_roles WHERE rolname = '${name}'`);
    expect([await attribute('ann'), await attribute('bob')]).toEqual(['f', 't']);
  });

  it('are dropped together with their sessions, and twice does no harm', async () => {
    await withSession(postgres.server.admin, {}, async (admin) => {
      await using session = await connect(as('bob'));
      await dropRole(admin, 'bob');
      await expect(session.query('SELECT 1')).rejects.toBeDefined();
      expect(await roleExists(admin, 'bob')).toBe(false);
      await dropRole(admin, 'bob');
    });
  });
});

describe('scramSecret', () => {
  it('is what PostgreSQL makes of the same password and salt', async () => {
    await withSession(postgres.server.admin, {}, async (admin) => {
      await admin.query("CREATE ROLE other PASSWORD 'Sw0rd-fish!'");
      const { rows } = await admin.query<{ secret: string }>(
        "SELECT rolpassword AS secret FROM pg_authid WHERE rolname = 'other'",
      );
      const secret = rows[0]?.secret ?? '';
      const [, iterations, salt = ''] = secret.split(/[$:]/);
      expect(scramSecret('Sw0rd-fish!', Buffer.from(salt, 'base64'), Number(iterations))).toBe(secret);
    });
  });

  it('refuses what would have to be normalized first', () => {
    expect(() => scramSecret('ümlaut')).toThrow(RangeError);
  });
});
