import { readerOf, readerStatements } from '../sql/access.ts';
import { type Address, withSession } from '../sql/connect.ts';
import { translateError } from '../sql/errors.ts';
import { layAnew, settingStatements } from '../sql/lay.ts';
import { quoteName } from '../sql/quote.ts';
import { quiet } from '../sql/roles.ts';
import type { Core } from '../state/core.ts';
import { preparation, prepareServer, sharedReader } from './prepare.ts';
import { listInstallsOn } from './registry.ts';
import type { RunningServer } from './server.ts';

/** Under what name the secrets have the password of an install's reader. */
export function readerSecret(server: string, install: string): string {
  return `${server}/${readerOf(install)}`;
}

/**
 * The address at which an install's reader reads its live. The reader is made where there is none, and let in where the
 * live was opened without it; `anew` lays it anew all the same.
 */
export async function readerAddress(
  core: Core,
  server: RunningServer,
  install: string,
  { anew = false }: { anew?: boolean } = {},
): Promise<Address> {
  const key = readerSecret(server.name, install);
  const isNew = core.secrets.get(key) === null;
  const password = await core.secrets.ensure(key);
  const role = readerOf(install);
  try {
    await withSession(server.admin, { settings: catalogOnly }, async (admin) => {
      const { rows } = await admin.query(
        `SELECT FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
         WHERE r.rolname = $1 AND d.datname = $2 AND pg_catalog.has_database_privilege(r.oid, d.oid, 'CONNECT')`,
        [role, install],
      );
      if (rows.length > 0 && !isNew && !anew) return;
      await layAnew(admin, { what: `Making the reader of ${install}`, roles: [role] }, (laid) => [
        ...readerStatements(laid, install, password),
        `GRANT CONNECT ON DATABASE ${quoteName(install)} TO ${quoteName(role)}`,
      ]);
    });
  } catch (error) {
    throw translateError(error, { what: `Letting the reader into ${install}` });
  }
  return server.address(role, password, install);
}

/** Prepares a server that was started, or that another version of Rockpool has prepared; any other stays as it is. */
export async function prepareStarted(
  core: Core,
  server: string,
  admin: Address,
  { isStarted, prepared }: { isStarted: boolean; prepared: number },
  signal?: AbortSignal,
): Promise<void> {
  if (prepared !== preparation) {
    await prepareServer(admin, signal);
    const former = `${server}/${sharedReader}`;
    if (core.secrets.get(former) !== null) await core.secrets.remove(former);
  }
  if (isStarted || prepared !== preparation) await layReaders(core, server, admin, signal);
}

/**
 * Lays the readers of all installs on a server anew, as at each start of it. Users that earlier versions made learn to
 * leave the log alone.
 */
async function layReaders(core: Core, server: string, address: Address, signal?: AbortSignal): Promise<void> {
  const installs = listInstallsOn(core.state, server);
  if (installs.length === 0) return;
  const passwords = new Map<string, string>();
  for (const install of installs)
    passwords.set(install, await core.secrets.ensure(readerSecret(server, install)));
  await withSession(address, { signal, settings: catalogOnly }, async (admin) => {
    await layAnew(admin, { what: 'Laying the readers anew', roles: installs.map(readerOf) }, (laid) =>
      [...passwords].flatMap(([install, password]) => readerStatements(laid, install, password)),
    );
    const { rows } = await admin.query<{ name: string }>(
      `SELECT r.rolname AS name FROM pg_catalog.pg_roles r WHERE r.rolname = ANY ($1) AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS c
         WHERE s.setrole = r.oid AND s.setdatabase = 0 AND c = ANY ($2))`,
      [installs, quiet.map(([name, value]) => `${name}=${value}`)],
    );
    for (const { name } of rows) {
      await layAnew(admin, { what: `Laying the role ${name} anew`, roles: [name] }, () =>
        settingStatements(`ROLE ${quoteName(name)}`, quiet),
      );
    }
  });
}

const catalogOnly: readonly (readonly [string, string])[] = [['search_path', 'pg_catalog']];
