import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, withSession } from '../../electron/sql/connect.ts';
import { quoteName } from '../../electron/sql/quote.ts';
import { openCached, runClient } from './dumps.ts';
import type { Bench } from './restoring.ts';

/** What a database holds, so that two of them can be held against each other. */
export interface DatabaseState {
  /** By table: its rows as text, in any order. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** By sequence: where it stands. */
  readonly sequences: Readonly<Record<string, string>>;
  /** The definitions as pg_dump writes them, without owners and grants. */
  readonly schema: readonly string[];
}

let count = 0;

/** What `psql -f` leaves of a script in an empty database, run by a superuser; the database is removed again. */
export async function afterPsql(bench: Bench, script: Buffer | string): Promise<DatabaseState> {
  const database = `psql${++count}`;
  const folder = mkdtempSync(join(tmpdir(), 'rockpool-psql-'));
  await bench.asAdmin((admin) => admin.query(`CREATE DATABASE ${database} TEMPLATE template0`));
  try {
    const file = join(folder, 'script.sql');
    // psql takes the end of rows for a row where the file ends with it.
    writeFileSync(file, Buffer.concat([Buffer.from(script), Buffer.from('\n')]));
    await runClient('psql', addressOf(bench, database), ['-X', '-q', '-f', file]);
    return await readState(bench, database);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await drop(bench, database);
  }
}

/** What the restore of the same script leaves, and what its report says; the database is removed again. */
export async function afterRestore(
  bench: Bench,
  script: Buffer | string,
): Promise<{ state: DatabaseState; report: readonly string[] }> {
  const contents = await openCached(bench.core, { 'script.sql': Buffer.from(script) });
  try {
    const { result, database } = await bench.restore(contents);
    const state = await readState(bench, database);
    await drop(bench, database);
    const skipped = result.skipped.map(({ what, name, reason }) => `${what} ${name}: ${reason}`);
    return {
      state,
      report: [...skipped, ...result.warnings.map(({ code, message }) => `${code}: ${message}`)],
    };
  } finally {
    await contents.close?.();
  }
}

function addressOf(bench: Bench, database: string): Address {
  return { ...bench.postgres.server.admin, database };
}

async function drop(bench: Bench, database: string): Promise<void> {
  await bench.asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`));
}

const ofPeople = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

async function readState(bench: Bench, database: string): Promise<DatabaseState> {
  const address = addressOf(bench, database);
  return await withSession(address, { settings: [['search_path', '']] }, async (session) => {
    const named = await session.query<{ name: string; kind: string }>(
      `SELECT c.oid::regclass::text AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE (c.relkind IN ('r', 'S') OR (c.relkind = 'm' AND c.relispopulated)) AND ${ofPeople} ORDER BY 1`,
    );
    const rows: Record<string, string[]> = {};
    const sequences: Record<string, string> = {};
    for (const { name, kind } of named.rows) {
      if (kind === 'S') {
        const found = await session.query<{ at: string }>(
          `SELECT last_value || ' ' || is_called AS at FROM ${name}`,
        );
        sequences[name] = found.rows[0]?.at ?? '';
      } else {
        const found = await session.query<{ row: string }>(
          `SELECT t::text AS row FROM ONLY ${name} t ORDER BY 1`,
        );
        rows[name] = found.rows.map(({ row }) => row);
      }
    }
    return { rows, sequences, schema: await readSchema(address) };
  });
}

async function readSchema(address: Address): Promise<string[]> {
  const text = (await runClient('pg_dump', address, ['-s', '-O', '-x'])).toString();
  return text
    .replace(/^\\(un)?restrict .*$/gm, '')
    .replace(/^--.*$/gm, '')
    .replace(/^COMMENT ON EXTENSION .*$/gm, '')
    .replace(/\n{2,}/g, '\n\n')
    .split('\n\n')
    .filter((part) => part.trim() !== '')
    .sort();
}
