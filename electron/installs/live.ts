import { randomBytes } from 'node:crypto';
import { readerSecret } from '../servers/reader.ts';
import type { RunningServer } from '../servers/server.ts';
import { readerOf, readerStatements, userStatements } from '../sql/access.ts';
import { type Session, withSession } from '../sql/connect.ts';
import type { DatabaseSetting } from '../sql/database-settings.ts';
import { translateError } from '../sql/errors.ts';
import { layAnew, resetStatements, type Setting, settingStatements } from '../sql/lay.ts';
import { quoteName } from '../sql/quote.ts';
import type { Core } from '../state/core.ts';

/** A random end for names of databases and roles of ours. */
export function newId(): string {
  return randomBytes(5).toString('hex');
}

/** A closed copy that is to become the live of an install, and who is let into it. */
export interface NewLive {
  readonly database: string;
  /** The install: its user is called so. */
  readonly install: string;
  /** The role that owns everything in the copy. */
  readonly owner: string;
  /** What the dataset sets at its database, as in `ALTER DATABASE … SET`: a copy has none of it. */
  readonly settings?: readonly DatabaseSetting[];
}

/**
 * Lays anew what a copy has not, and what sessions of the former live could change: passwords, settings and memberships
 * of the install's user and reader, in every database; settings of the copy and grants on it. Called before a copy opens;
 * returns the number of its transaction.
 */
export async function layLive(
  { secrets }: Core,
  server: RunningServer,
  admin: Session,
  { database, install, owner, settings = [] }: NewLive,
): Promise<string> {
  const reader = readerOf(install);
  const password = await secrets.ensure(`${server.name}/${install}`);
  const readerPassword = await secrets.ensure(readerSecret(server.name, install));
  const [at, user, own] = [database, install, owner].map(quoteName);
  return layAnew(
    admin,
    { what: `Letting ${install} into its new copy`, roles: [install, reader, owner], database },
    (laid) => [
      ...resetStatements(laid, [owner], database),
      ...userStatements(laid, { name: install, owner, password }),
      ...readerStatements(laid, install, readerPassword),
      ...settingStatements(
        `DATABASE ${at}`,
        settings.map(({ name, value }): Setting => [name, value]),
      ),
      `REVOKE ALL ON DATABASE ${at} FROM PUBLIC`,
      `GRANT CONNECT ON DATABASE ${at} TO ${user}, ${quoteName(reader)}`,
      `GRANT CREATE, TEMPORARY ON DATABASE ${at} TO ${own}`,
    ],
  );
}

/** Connects as the install's own user and asks for a row: what a person would do next. */
export async function probeLive(server: RunningServer, name: string, password: string): Promise<void> {
  try {
    await withSession(server.address(name, password, name), {}, (session) => session.query('SELECT 1'));
  } catch (error) {
    throw translateError(error, { what: `Connecting to ${name}` });
  }
}
