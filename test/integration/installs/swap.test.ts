import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { swapDatabases } from '../../../electron/installs/swap.ts';
import { connect, type Session, withSession } from '../../../electron/sql/connect.ts';
import {
  closeDatabase,
  copyDatabase,
  createDatabase,
  dropDatabase,
  findDatabase,
  openDatabase,
} from '../../../electron/sql/databases.ts';
import { comeAndGo } from '../../support/coming.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { openSlowWay } from '../../support/slow-way.ts';

let postgres: TestPostgres;
let admin: Session;

beforeAll(async () => {
  postgres = await startPostgres({ settings: ['max_prepared_transactions=4'] });
  admin = await connect(postgres.server.admin);
});

afterAll(async () => {
  await admin?.close();
  await postgres[Symbol.asyncDispose]();
});

beforeEach(async () => {
  for (const name of ['live', 'next', 'former', 'one', 'two', 'sealed']) await dropDatabase(admin, name);
  await createDatabase(admin, 'live');
  await createDatabase(admin, 'next');
  await closeDatabase(admin, 'next');
});

const swap = { live: 'live', next: 'next', former: 'former' };
const inLive = () => ({ ...postgres.server.admin, database: 'live' });
const fine = async (): Promise<void> => {};

describe('a swap', () => {
  it('is refused while a prepared transaction holds the live, names it, and leaves the live open (E17)', async () => {
    await withSession(inLive(), {}, async (session) => {
      await session.query('BEGIN');
      await session.query('CREATE TABLE held (id int)');
      await session.query("PREPARE TRANSACTION 'somebody''s'");
    });
    const refused = swapDatabases(admin, postgres.server.admin, swap, fine);
    await expect(refused).rejects.toMatchObject({ code: 'database_busy', detail: { name: "somebody's" } });
    expect(await findDatabase(admin, 'live')).toMatchObject({ open: true });
    await withSession(inLive(), {}, (session) => session.query("ROLLBACK PREPARED 'somebody''s'"));
    const before = await findDatabase(admin, 'next');
    await swapDatabases(admin, postgres.server.admin, swap, fine);
    expect(await findDatabase(admin, 'live')).toMatchObject({ oid: before?.oid, open: true });
  });

  it('ends the session of a superuser in the live as any other (E17)', async () => {
    await using session = await connect(inLive());
    await session.query('SELECT 1');
    expect((await swapDatabases(admin, postgres.server.admin, swap, fine)).ended).toBe(1);
    await expect(session.query('SELECT 1')).rejects.toThrow();
  });

  it('is taken back where the new live does not answer: the old one is open under its name (E16)', async () => {
    const before = await findDatabase(admin, 'live');
    const failing = async (): Promise<void> => {
      throw new RockpoolError('sql_failed', 'It does not answer.');
    };
    await expect(swapDatabases(admin, postgres.server.admin, swap, failing)).rejects.toThrow(
      'does not answer',
    );
    expect(await findDatabase(admin, 'live')).toMatchObject({ oid: before?.oid, open: true });
    expect(await findDatabase(admin, 'former')).toBeNull();
  });

  it('ends nobody in the new live, however long the first rename waits and however late an ending is answered (E16)', async () => {
    await using way = await openSlowWay(postgres.server.admin.port, 50);
    await using holder = await connect(postgres.server.admin);
    // A comment keeps the lock that a rename wants.
    await holder.query('BEGIN');
    await holder.query("COMMENT ON DATABASE live IS 'held'");
    const released = wait(1000).then(() => holder.query('ROLLBACK'));
    const next = await findDatabase(admin, 'next');
    await using people = comeAndGo(inLive(), 8);
    await swapDatabases(admin, { ...postgres.server.admin, port: way.port }, swap, async () => {
      await withSession(inLive(), {}, async (session) => {
        for (let asked = 0; asked < 10; asked += 1) {
          await session.query('SELECT 1');
          await wait(50);
        }
      });
    });
    await released;
    await wait(1000);
    await people.stop();
    expect(people.entered(next?.oid)).toBeGreaterThan(0);
    expect(people.endedIn(next?.oid)).toBe(0);
  });

  it('ends a session that began just before the closing and is seen only after it, and counts it', async () => {
    let late: Session | null = null;
    const slow: Session = {
      ...admin,
      query: async (sql, values) => {
        if (/RENAME TO .?former/.test(sql)) {
          await withSession(postgres.server.admin, {}, async (opener) => {
            await openDatabase(opener, 'live');
            late = await connect(inLive());
            await closeDatabase(opener, 'live');
          });
        }
        return admin.query(sql, values);
      },
    };
    const next = await findDatabase(admin, 'next');
    expect((await swapDatabases(slow, postgres.server.admin, swap, fine)).ended).toBe(1);
    expect(await findDatabase(admin, 'live')).toMatchObject({ oid: next?.oid, open: true });
    await expect((late as Session | null)?.query('SELECT 1')).rejects.toThrow();
    await (late as Session | null)?.close();
  });
});

describe('a sealed database', () => {
  it('is copied by two at once, each getting its copy (E20)', async () => {
    await createDatabase(admin, 'sealed');
    await closeDatabase(admin, 'sealed');
    await using second = await connect(postgres.server.admin);
    await Promise.all([copyDatabase(admin, 'sealed', 'one'), copyDatabase(second, 'sealed', 'two')]);
    for (const name of ['one', 'two']) expect(await findDatabase(admin, name)).toMatchObject({ open: false });
  });
});
