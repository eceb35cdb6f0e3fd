import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { Edited } from '../contract/install.ts';
import { InstallReport } from '../contract/report.ts';
import { parseRecord, type StateDb } from '../state/database.ts';

/** A restored and checked dataset on a server, sealed; what lives and spares are copied from. */
export const PristineRecord = z.object({
  id: z.string(),
  server: z.string(),
  database: z.string(),
  /** The role that owns all its objects, and those of its copies. */
  owner: z.string(),
  /** The archive in the cache it was restored from, and how: what another install must agree in to share it. */
  archive: z.string(),
  recipe: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  report: InstallReport,
  /** What sessions of the database begin with, by the dataset: laid on every copy, which has none of it. */
  settings: z
    .array(z.object({ name: z.string(), value: z.union([z.string(), z.array(z.string())]) }))
    .default([]),
  createdAt: z.iso.datetime(),
});
export type PristineRecord = z.infer<typeof PristineRecord>;

const Spare = z.object({ database: z.string(), oid: z.string() });
export type Spare = z.infer<typeof Spare>;

/** How a person asked for an install. */
export const InstallOptions = z.object({
  /** SQL with the schema, for archives that have none. */
  schema: z.string().nullable(),
  createdb: z.boolean(),
  /** Why personal data may be in it, in the person's words; null where it may not. */
  allowPersonalData: z.string().nullable(),
  /** SQL that is run on the restored database before it is sealed, and the file it came from. */
  after: z.object({ file: z.string(), sql: z.string() }).nullable(),
  /** Only the rows of these tables and of what they lead to; null for all. */
  tables: z.array(z.string()).nullable(),
  /** Which database of a dump that holds several; null for the only one. */
  database: z.string().nullable().default(null),
});
export type InstallOptions = z.infer<typeof InstallOptions>;

/** An install as state.db remembers it. Database and user are called as the install. */
export const InstallRecord = z.object({
  name: z.string(),
  server: z.string(),
  pristine: z.string(),
  source: z.string().nullable(),
  /** The path or URL it was installed from; empty where a source has a name for it. */
  place: z.string(),
  /** The place that the archive came from, as sources name it. */
  origin: z.string(),
  dataset: z.string(),
  revision: z.string(),
  options: InstallOptions,
  /** What tells this live from the one before it: names are swapped, numbers stay. */
  liveOid: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  spare: Spare.nullable(),
  /** Why there is no spare, where there is a reason worth showing. */
  spareNote: z.string().nullable(),
  report: InstallReport,
  createdAt: z.iso.datetime(),
  resetAt: z.iso.datetime().nullable(),
  /** The demo profile that is on: resets and updates apply it. */
  profile: z.string().nullable().default(null),
  /** What had been done to the live before it was copied, as by going back to a snapshot: its own count begins at zero. */
  edited: z.array(Edited).default([]),
  /** Until when a removal can be undone; nobody sees the install meanwhile. Null for one that is there. */
  removedUntil: z.iso.datetime().nullable().default(null),
});
export type InstallRecord = z.infer<typeof InstallRecord>;

export function listInstalls(state: StateDb): InstallRecord[] {
  return listAll(state).filter((install) => install.removedUntil === null);
}

/** The install of this name, null where there is none or where it was removed. */
export function findInstall(state: StateDb, name: string): InstallRecord | null {
  const install = findAny(state, name);
  return install?.removedUntil === null ? install : null;
}

/** Installs whose removal can still be undone. */
export function listRemoved(state: StateDb): Removed[] {
  return state
    .rows(`SELECT record FROM installs WHERE ${removedUntil} IS NOT NULL ORDER BY name`)
    .map((row) => parseRecord(InstallRecord, row))
    .filter(isRemoved);
}

/** The install of this name whose removal can still be undone, null where there is none. */
export function findRemoved(state: StateDb, name: string): Removed | null {
  const install = findAny(state, name);
  return install !== null && isRemoved(install) ? install : null;
}

/** The install of this name whose removal can still be undone, or `install_not_found`. */
export function getRemoved(state: StateDb, name: string): Removed {
  const removed = findRemoved(state, name);
  if (removed !== null) return removed;
  throw new RockpoolError('install_not_found', `There is no removal of ${name} that could be undone.`, {
    hint: 'Its time is over, it was undone already, or an install took its name.',
    detail: { name },
  });
}

/** True where a removal is to be finished. Looks into an index alone, since it is asked every second. */
export function hasExpiredRemovals(state: StateDb): boolean {
  const sql = `SELECT 1 FROM installs WHERE ${removedUntil} IS NOT NULL AND ${removedUntil} <= ? LIMIT 1`;
  return state.rows(sql, new Date().toISOString()).length > 0;
}

/** An install that was removed; its databases are still there. */
export type Removed = InstallRecord & { readonly removedUntil: string };

// As the index in state.db spells it.
const removedUntil = "json_extract(record, '$.removedUntil')";

function isRemoved(install: InstallRecord): install is Removed {
  return install.removedUntil !== null;
}

function listAll(state: StateDb): InstallRecord[] {
  return state
    .rows('SELECT record FROM installs ORDER BY name')
    .map((row) => parseRecord(InstallRecord, row));
}

function findAny(state: StateDb, name: string): InstallRecord | null {
  const row = state.rows('SELECT record FROM installs WHERE name = ?', name)[0];
  return row === undefined ? null : parseRecord(InstallRecord, row);
}

/** The install of this name, or `install_not_found` naming those that there are. */
export function getInstall(state: StateDb, name: string): InstallRecord {
  const install = findInstall(state, name);
  if (install !== null) return install;
  const removed = findRemoved(state, name);
  if (removed !== null) {
    throw new RockpoolError('install_not_found', `${name} was removed.`, {
      hint: `It can be had back until ${removed.removedUntil}: rockpool remove ${name} --undo`,
      detail: { name },
    });
  }
  const names = state
    .rows(`SELECT name FROM installs WHERE ${removedUntil} IS NULL ORDER BY name LIMIT 12`)
    .map((row) => String(row.name));
  throw new RockpoolError('install_not_found', `There is no install called ${name}.`, {
    hint:
      names.length === 0
        ? 'Install one first: rockpool demo, or rockpool install SOURCE/DATASET.'
        : `There are: ${names.join(', ')}.`,
    detail: { name },
  });
}

/** Writes an install; the former record of that name goes. */
export function putInstall(state: StateDb, install: InstallRecord): void {
  state.run(
    'INSERT OR REPLACE INTO installs (name, server, pristine, record) VALUES (?, ?, ?, ?)',
    install.name,
    install.server,
    install.pristine,
    JSON.stringify(install),
  );
}

/** Changes some fields of an install that is there, in one transaction. */
export function changeInstall(state: StateDb, name: string, change: Partial<InstallRecord>): InstallRecord {
  return state.transaction(() => {
    const install = { ...getInstall(state, name), ...change };
    putInstall(state, install);
    return install;
  });
}

export function deleteInstall(state: StateDb, name: string): void {
  state.run('DELETE FROM installs WHERE name = ?', name);
}

export function getPristine(state: StateDb, id: string): PristineRecord {
  const row = state.rows('SELECT record FROM pristines WHERE id = ?', id)[0];
  if (row !== undefined) return parseRecord(PristineRecord, row);
  throw new RockpoolError('pristine_missing', `The clean copy ${id} is not in state.db.`, {
    hint: 'Remove the install and install it again.',
    detail: { pristine: id },
  });
}

/** A pristine on this server that was made from the same archive in the same way, null where there is none. */
export function findPristine(
  state: StateDb,
  server: string,
  archive: string,
  recipe: string,
): PristineRecord | null {
  return (
    state
      .rows('SELECT record FROM pristines WHERE server = ?', server)
      .map((row) => parseRecord(PristineRecord, row))
      .find((pristine) => pristine.archive === archive && pristine.recipe === recipe) ?? null
  );
}

export function putPristine(state: StateDb, pristine: PristineRecord): void {
  state.run(
    'INSERT OR REPLACE INTO pristines (id, server, record) VALUES (?, ?, ?)',
    pristine.id,
    pristine.server,
    JSON.stringify(pristine),
  );
}

export function deletePristine(state: StateDb, id: string): void {
  state.run('DELETE FROM pristines WHERE id = ?', id);
}
