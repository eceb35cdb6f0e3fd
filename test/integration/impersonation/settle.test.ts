import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  impersonationOf,
  prepareImpersonation,
  settleImpersonation,
} from '../../../electron/impersonation/records.ts';
import { finishIntent } from '../../../electron/impersonation/settle.ts';
import { connect, type Session } from '../../../electron/sql/connect.ts';
import { makeCore } from '../../support/core.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres[Symbol.asyncDispose]());

const next = { login: null, password: null, token: null, cookie: null, open: null };
const record = { recipe: 'password', since: '2024-01-01T00:00:00.000Z', liveOid: '1', job: 'j' };

/** A transaction that has its number and has not ended. */
async function begin(session: Session): Promise<string> {
  await session.query('BEGIN');
  const { rows } = await session.query<{ xid: string }>('SELECT txid_current() AS xid');
  return rows[0]?.xid ?? '';
}

// What a program that was killed around its COMMIT leaves: user 17 is on, user 18 or nobody was about to be.
async function leave(act: 'become' | 'stop', end: 'COMMIT' | 'ROLLBACK' | null) {
  const home = makeCore();
  const session = await connect(postgres.server.admin);
  const { core } = home;
  await prepareImpersonation(core, 'acme', '0', record, { user: '17', label: 'a', next, rows: [] });
  settleImpersonation(core.state, 'acme', '0');
  const xid = await begin(session);
  if (act === 'become') {
    await prepareImpersonation(core, 'acme', xid, record, { user: '18', label: 'b', next, rows: [] });
  }
  if (end !== null) await session.query(end);
  await using admin = await connect(postgres.server.admin);
  const intent = { server: 'test', install: 'acme', xid, act };
  const told = await finishIntent(core.state, admin, intent);
  const on = impersonationOf(core, 'acme')?.user ?? null;
  await session.close();
  const rows = core.state.rows('SELECT xid FROM impersonations').length;
  home[Symbol.dispose]();
  return { told, on, rows };
}

describe('a program that was killed while it ended its transaction', () => {
  it.each([
    ['become', 'COMMIT', { told: 'done', on: '18', rows: 1 }],
    ['become', 'ROLLBACK', { told: 'done', on: '17', rows: 1 }],
    ['stop', 'COMMIT', { told: 'done', on: null, rows: 0 }],
    ['stop', 'ROLLBACK', { told: 'done', on: '17', rows: 1 }],
    ['become', null, { told: 'later', on: '17', rows: 2 }],
  ] as const)('leaves what is true in the database: %s, %s (E15)', async (act, end, expected) => {
    expect(await leave(act, end)).toEqual(expected);
  });
});
