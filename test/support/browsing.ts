import { type LiveReader, openLiveReader } from '../../electron/browse/sessions.ts';
import { prepareServer } from '../../electron/servers/prepare.ts';
import { readerAddress } from '../../electron/servers/reader.ts';
import { type Address, type Session, withSession } from '../../electron/sql/connect.ts';
import { makeCore } from './core.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/** A live of a test's own: its owner and user as an install has them, and a reader of it. */
export interface BrowsedLive extends AsyncDisposable {
  readonly postgres: TestPostgres;
  readonly reader: LiveReader;
  /** The live as the install's user, who acts as the owner of everything in it. */
  readonly user: Address;
  /** Runs SQL as that user. */
  run(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Another database of that server as a reader of its own. */
  readerOf(database: string): Promise<Address>;
  /** Runs work as admin in the database `postgres`. */
  admin<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

const name = 'acme';

/** Starts a server with one live called `acme` that nothing is in yet, but citext where it is wished for. */
export async function makeBrowsedLive({
  extensions = [] as string[],
  bin = undefined as string | undefined,
} = {}): Promise<BrowsedLive> {
  const postgres = await startPostgres(bin === undefined ? {} : { bin });
  const { server } = postgres;
  // What prepareServer leaves its mark on.
  await withSession(server.admin, {}, (admin) => admin.query('CREATE ROLE rp_admin NOLOGIN'));
  await prepareServer(server.admin);
  await withSession(server.admin, {}, async (admin) => {
    await admin.query('CREATE ROLE rp_own_1 NOLOGIN');
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'user-password'`);
    await admin.query(`GRANT rp_own_1 TO ${name}`);
    await admin.query(`ALTER ROLE ${name} SET role = 'rp_own_1'`);
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${name}`);
    await admin.query(`GRANT CREATE, TEMPORARY ON DATABASE ${name} TO rp_own_1`);
  });
  await withSession({ ...server.admin, database: name }, {}, async (inside) => {
    await inside.query('ALTER SCHEMA public OWNER TO rp_own_1');
    for (const extension of extensions) await inside.query(`CREATE EXTENSION ${extension}`);
  });
  const user = server.address(name, 'user-password', name);
  const home = makeCore();
  const reader = openLiveReader(async (role, anew) =>
    role === 'user' ? user : readerAddress(home.core, server, name, { anew }),
  );
  return {
    postgres,
    reader,
    user,
    run: (sql, values) =>
      withSession(
        user,
        {},
        async (session) =>
          (await (values === undefined ? session.script(sql) : session.query(sql, values))).rows,
      ),
    readerOf: (database) => readerAddress(home.core, server, database),
    admin: (work) => withSession(server.admin, {}, work),
    [Symbol.asyncDispose]: async () => {
      await reader.close();
      await postgres.stop();
      home[Symbol.dispose]();
    },
  };
}
