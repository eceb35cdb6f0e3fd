import { chmodSync, closeSync, existsSync, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { fileError } from './files.ts';
import { migrations } from './migrations.ts';
import type { Paths } from './paths.ts';

/** state.db, open. Every process has its own; all see what the others committed. */
export interface StateDb {
  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Rows as plain objects, unparsed: for columns that a store checks itself. */
  rows(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[];
  /** Runs `work` in one write transaction; what it throws undoes all of it. Nests into the outer one. */
  transaction<T>(work: () => T): T;
  /** A text that changes whenever this or another process writes. */
  version(): string;
  close(): void;
}

/** Opens state.db, making or migrating it. Throws `state_newer`, `disk_full` or `file_unreadable`. */
export function openState(paths: Paths): StateDb {
  makePrivate(paths.stateDb);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(paths.stateDb, { timeout: 15_000, enableForeignKeyConstraints: true });
    enterWal(db);
    db.exec('PRAGMA synchronous = FULL;');
    migrate(db, paths.stateDb);
    return wrap(db, paths.stateDb);
  } catch (error) {
    db?.close();
    throw stateError(error, paths.stateDb);
  }
}

// SQLite gives the write-ahead log the mode of the main file, so the file is made 0600 before it opens it. One that is
// there is never opened by anybody else in this process: closing it would drop the locks that SQLite holds on it, as
// POSIX has it, and two writers at once would damage it (sqlite.org/howtocorrupt.html, 2.2).
function makePrivate(file: string): void {
  try {
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    if (process.platform !== 'win32') chmodSync(file, 0o600);
  } catch (error) {
    throw fileError(error, file, 'written');
  }
}

function wrap(db: DatabaseSync, path: string): StateDb {
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepare = (sql: string) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement;
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw stateError(error, path);
    }
  };
  return {
    run: (sql, ...values) => guarded(() => Number(prepare(sql).run(...values).changes)),
    rows: (sql, ...values) => guarded(() => prepare(sql).all(...values)),
    transaction: (work) => guarded(() => (db.isTransaction ? work() : inTransaction(db, work))),
    version: () =>
      guarded(() => {
        const others = prepare('PRAGMA data_version').get()?.data_version;
        return `${others}.${prepare('SELECT total_changes() AS own').get()?.own}`;
      }),
    close: () => db.close(),
  };
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

// Changing the journal of a new file is refused at once, without waiting, while another process does the same.
function enterWal(db: DatabaseSync): void {
  for (let tries = 1; ; tries += 1) {
    try {
      db.exec('PRAGMA journal_mode = WAL;');
      return;
    } catch (error) {
      const code = (error as { errcode?: number }).errcode ?? 0;
      if ((code & 0xff) !== sqliteBusy || tries >= 300) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const taken = () => Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (taken() === migrations.length) return;
  inTransaction(db, () => {
    const from = taken();
    if (from > migrations.length) {
      throw new RockpoolError('state_newer', `${path} was written by a newer version of Rockpool.`, {
        hint: 'Update Rockpool, or name another data folder with ROCKPOOL_HOME.',
        detail: { path, found: from, known: migrations.length },
      });
    }
    for (const sql of migrations.slice(from)) db.exec(sql);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

const sqliteFull = 13;
const sqliteBusy = 5;
const sqliteIoError = 10;
const sqliteCannotOpen = 14;
// SQLITE_ERROR, CONSTRAINT, MISMATCH, MISUSE and RANGE say that a statement is wrong, not that the file is.
const sqliteOurFault: ReadonlySet<number> = new Set([1, 19, 20, 21, 25]);

function stateError(error: unknown, path: string): unknown {
  const code = (error as { errcode?: number } | null)?.errcode;
  if (code === undefined || sqliteOurFault.has(code & 0xff)) return error;
  if ((code & 0xff) === sqliteFull || isFull(code, path)) {
    return new RockpoolError('disk_full', `The disk is full: ${path} could not be written.`, {
      hint: 'Free some space and try again; nothing was changed.',
      detail: { path, sqlite: code },
      cause: error,
    });
  }
  if ((code & 0xff) === sqliteBusy) {
    return new RockpoolError('busy', `${path} stayed locked by another process for 15 seconds.`, {
      hint: 'Try again; if it stays so, look for a stopped or hanging rockpool process.',
      detail: { path, sqlite: code },
      cause: error,
    });
  }
  return new RockpoolError(
    'file_unreadable',
    `${path} cannot be read or written: ${(error as Error).message}.`,
    {
      hint: 'If the file is damaged, move it away: datasets can be installed again.',
      detail: { path, sqlite: code },
      cause: error,
    },
  );
}

// Where the shared memory of the write-ahead log finds no room SQLite reports an input or output error.
function isFull(code: number, path: string): boolean {
  if (![sqliteIoError, sqliteCannotOpen].includes(code & 0xff)) return false;
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < 64 * 1024;
  } catch {
    return false;
  }
}

/** Parses the JSON of a `record` column by its schema: no row of state.db is believed unparsed. */
export function parseRecord<Schema extends z.ZodType>(
  schema: Schema,
  row: Record<string, unknown>,
): z.output<Schema> {
  const parsed = schema.safeParse(readJson(String(row.record)));
  if (parsed.success) return parsed.data;
  throw new RockpoolError('internal', 'A row of state.db does not have the shape that it should have.', {
    hint: 'Please report this with the output of: rockpool diagnostics',
    detail: {
      problem: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; '),
    },
    cause: parsed.error,
  });
}

// What JSON.parse throws quotes the text, which may hold a secret: no JSON at all is as good as a wrong shape.
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
