import type { FoundUsers, UsersChoice } from '../contract/impersonation.ts';
import type { Session } from '../sql/connect.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { Core } from '../state/core.ts';
import { readLive } from './access.ts';
import { type DatabaseFacts, readFacts } from './facts.ts';
import { writeKey } from './keys.ts';
import { loadTexts, type UserTexts } from './memory.ts';
import { columnOf, readUsers } from './rows.ts';
import { mostFound, searchUsers, smallTable, toFound } from './search.ts';
import type { Live } from './session.ts';
import { findUsersTable, nameOfTable, type UsersTable } from './users.ts';

/** A live whose users are looked for. */
export interface LiveUsers extends Live {
  /** What tells this live from the one before it. */
  readonly oid: string;
  readonly choice: UsersChoice;
}

interface Known {
  readonly of: string;
  readonly facts: DatabaseFacts;
  readonly users: UsersTable;
  readonly readAtMs: number;
}

interface Loaded {
  readonly of: string;
  readonly stamp: string;
  readonly texts: UserTexts;
  /** When it is worth while to read them anew: reading takes a tenth of the time at most. */
  readonly dueAtMs: number;
}

/** Tables change seldom; a search on each key that is pressed does not read the catalogue anew. */
const knownForMs = 5000;
const keptForMs = 10 * 60_000;
const loadDeadlineMs = 10 * 60_000;

/**
 * Searches users of lives. Of a large table whose users are searched more than once the texts come into memory, read
 * anew in the background once the table has changed; until then the server searches.
 */
export class UserLookup {
  readonly #core: Core;
  readonly #known = new Map<string, Known>();
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #searched = new Set<string>();
  readonly #abort = new AbortController();
  #forget: NodeJS.Timeout | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Where the users are. Throws `users_missing`. */
  async place(live: LiveUsers, signal?: AbortSignal): Promise<{ facts: DatabaseFacts; users: UsersTable }> {
    return readLive(this.#core, live, { as: 'reader', signal }, (session) => this.#find(session, live));
  }

  /** Users that hold a text, or the first ones for an empty text. Throws `users_missing`. */
  async search(live: LiveUsers, text: string, signal?: AbortSignal): Promise<FoundUsers> {
    return readLive(this.#core, live, { as: 'reader', signal }, async (reading) => {
      const { users } = await this.#find(reading, live);
      if (users.table.kind !== 'view') return this.#searchIn(reading, live, users, text.trim());
      return readLive(this.#core, live, { as: 'user', signal }, (session) =>
        this.#searchIn(session, live, users, text.trim()),
      );
    });
  }

  async #searchIn(session: Session, live: LiveUsers, users: UsersTable, wanted: string): Promise<FoundUsers> {
    if (wanted === '' || (users.table.rows ?? 0) <= smallTable)
      return await searchUsers(session, users, wanted);
    const loaded = this.#loaded.get(live.name);
    if (loaded?.of !== keyOf(live)) {
      const found = await searchUsers(session, users, wanted);
      if (this.#searched.has(keyOf(live))) void this.load(live);
      this.#searched.add(keyOf(live));
      return found;
    }
    this.#forgetLater();
    const isDue = Date.now() > loaded.dueAtMs;
    if (isDue && (await stampOf(session, users)) !== loaded.stamp) void this.load(live);
    return await readFound(session, users, loaded.texts.find(wanted, mostFound + 1));
  }

  /** Brings the texts of a large table into memory, as it is worth while before somebody begins to type. */
  load(live: LiveUsers): Promise<void> {
    const going = this.#loading.get(live.name);
    if (going !== undefined) return going;
    const loading = this.#load(live)
      .catch(() => {
        // The live went away, or memory is short: the server searches.
      })
      .finally(() => this.#loading.delete(live.name));
    this.#loading.set(live.name, loading);
    return loading;
  }

  /** Lets go of all texts and stops reading them. */
  close(): void {
    this.#abort.abort();
    clearTimeout(this.#forget);
    this.#loaded.clear();
  }

  async #load(live: LiveUsers): Promise<void> {
    const { signal } = this.#abort;
    const wish = { as: 'reader', signal, deadlineMs: loadDeadlineMs } as const;
    await readLive(this.#core, live, wish, async (reading) => {
      const { users } = await this.#find(reading, live);
      if ((users.table.rows ?? 0) <= smallTable || users.table.kind === 'view') return;
      const stamp = await stampOf(reading, users);
      const startedAtMs = Date.now();
      const texts = await loadTexts(reading, users, signal);
      if (texts === null || signal.aborted) return;
      const dueAtMs = Date.now() + 10 * (Date.now() - startedAtMs);
      this.#loaded.set(live.name, { of: keyOf(live), stamp, texts, dueAtMs });
      this.#forgetLater();
    });
  }

  async #find(session: Session, live: LiveUsers): Promise<Known> {
    const known = this.#known.get(live.name);
    if (known?.of === keyOf(live) && Date.now() - known.readAtMs < knownForMs) return known;
    const facts = await readFacts(session);
    const users = findUsersTable(facts, live.choice);
    const found = { of: keyOf(live), facts, users, readAtMs: Date.now() };
    this.#known.set(live.name, found);
    return found;
  }

  #forgetLater(): void {
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => this.#loaded.clear(), keptForMs).unref();
  }
}

function keyOf({ name, oid, choice }: LiveUsers): string {
  return JSON.stringify([name, oid, choice]);
}

// Counts of changes, which the server's statistics know within a second.
async function stampOf(session: Session, { table }: UsersTable): Promise<string> {
  const { rows } = await session.query<{ stamp: string }>(
    `SELECT pg_catalog.sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::text AS stamp
     FROM pg_catalog.pg_stat_user_tables s WHERE s.relid = pg_catalog.to_regclass($1)
       OR s.relid IN (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)))`,
    [quoteQualified(table)],
  );
  return rows[0]?.stamp ?? '';
}

// What is in memory can be older than the table: the rows themselves are read from it.
async function readFound(
  session: Session,
  users: UsersTable,
  keys: readonly string[][],
): Promise<FoundUsers> {
  if (keys.length === 0) return { table: nameOfTable(users.table), users: [], more: false };
  const types = users.table.key.map(
    (column) => users.table.columns.find(({ name }) => name === column)?.type,
  );
  const lists = types.map((type, at) => `$${at + 1}::${type}[]`);
  const found = await readUsers(
    session,
    users,
    `WHERE (${users.table.key.map(columnOf).join(', ')}) IN (SELECT * FROM ROWS FROM (${lists.map((list) => `unnest(${list})`).join(', ')}) AS k)`,
    users.table.key.map((_, at) => keys.map((key) => key[at] ?? '')),
  );
  const order = new Map(keys.map((key, at) => [writeKey(key), at]));
  return toFound(
    users,
    found.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0)),
  );
}
