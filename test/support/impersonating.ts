import { randomBytes } from 'node:crypto';
import type { Recipe, SampleUser } from '../../electron/contract/impersonation.ts';
import { Recipe as RecipeSchema, UsersChoice } from '../../electron/contract/impersonation.ts';
import { becomeUser } from '../../electron/impersonation/become.ts';
import { type DatabaseFacts, readFacts } from '../../electron/impersonation/facts.ts';
import type { KeptRow } from '../../electron/impersonation/kept.ts';
import { fillParameters, type Values } from '../../electron/impersonation/parameters.ts';
import { getUser } from '../../electron/impersonation/rows.ts';
import { readStatements } from '../../electron/impersonation/statements.ts';
import { type Undone, undoChanges } from '../../electron/impersonation/undo.ts';
import { findUsersTable, type UsersTable } from '../../electron/impersonation/users.ts';
import { type Address, connect, type Session, withSession } from '../../electron/sql/connect.ts';
import { sums } from './everything.ts';
import type { TestPostgres } from './postgres.ts';

/** A live as an install has it: everything belongs to a role that nobody logs in as, and a limited user acts as it. */
export interface TestLive {
  readonly name: string;
  readonly owner: string;
  readonly user: Address;
  readonly superuser: Address;
  session(): Promise<Session>;
  run(sql: string): Promise<Record<string, string | null>[]>;
  /** One line a table with a sum over all its rows. */
  sums(): Promise<string[]>;
}

/** Makes a database of its own with a schema and rows, as its owner. */
export async function makeLive({ server }: TestPostgres, ddl: string, extensions = ''): Promise<TestLive> {
  const name = `live_${randomBytes(4).toString('hex')}`;
  const owner = `own_${name}`;
  await withSession(server.admin, {}, async (admin) => {
    await admin.query(`CREATE ROLE ${owner} NOLOGIN`);
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret'`);
    await admin.query(`GRANT ${owner} TO ${name}`);
    await admin.query(`ALTER ROLE ${name} SET role = '${owner}'`);
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.query(`GRANT CREATE, TEMPORARY ON DATABASE ${name} TO ${owner}`);
  });
  const superuser = { ...server.admin, database: name };
  await withSession(superuser, {}, async (session) => {
    await session.query(`ALTER SCHEMA public OWNER TO ${owner}`);
    if (extensions !== '') await session.script(extensions);
  });
  const user = server.address(name, 'secret', name);
  const run = (sql: string) =>
    withSession(user, { settings }, async (session) => {
      const { rows } = await session.script(sql);
      return rows as Record<string, string | null>[];
    });
  await run(ddl);
  await withSession(superuser, {}, (session) => session.query('ANALYZE'));
  return {
    name,
    owner,
    user,
    superuser,
    session: () => connect(user, { settings }),
    run,
    sums: () =>
      withSession(superuser, { settings }, async (session) => {
        const { rows } = await session.query<{ line: string }>(sums);
        return rows.map(({ line }) => line);
      }),
  };
}

const settings = [
  ['DateStyle', 'ISO, MDY'],
  ['TimeZone', 'UTC'],
  ['client_min_messages', 'error'],
  ['lock_timeout', '2s'],
] as const;

/** Whom a test becomes, and how. */
export interface Wish {
  readonly user: string;
  readonly recipe: Partial<Recipe>;
  readonly set?: Record<string, string>;
  readonly table?: string;
}

export interface Became {
  readonly user: SampleUser;
  readonly users: UsersTable;
  readonly facts: DatabaseFacts;
  readonly values: Values;
  readonly rows: KeptRow[];
}

/** Becomes a user in a transaction that is committed; what it throws leaves nothing behind. */
export async function become(live: TestLive, { user, recipe, set = {}, table }: Wish): Promise<Became> {
  await using session = await live.session();
  await session.query('BEGIN');
  const facts = await readFacts(session);
  const users = findUsersTable(facts, UsersChoice.parse({ table: table ?? null }));
  const full = RecipeSchema.parse({ name: 'test', ...recipe });
  const found = await getUser(session, users, user);
  const values = await fillParameters(full, users, found, set);
  const statements = full.sql === null ? [] : await readStatements(full.sql, full.name);
  const rows = await becomeUser(session, { users, user: found, recipe: full, statements, values });
  await session.query('COMMIT');
  return { user: found, users, facts, values, rows };
}

/** Puts back what `become` changed. */
export async function stop(live: TestLive, { rows }: Pick<Became, 'rows'>): Promise<Undone> {
  await using session = await live.session();
  await session.query('BEGIN');
  const undone = await undoChanges(session, rows);
  await session.query('COMMIT');
  return undone;
}
