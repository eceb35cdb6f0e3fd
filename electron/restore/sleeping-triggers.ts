import type { MaybeQualified } from '../sql/nodes.ts';
import { type QualifiedName, quoteName, quoteQualified } from '../sql/quote.ts';
import type { ReplaySession } from './replay-session.ts';

/** A foreign key that was taken off, because only a superuser may put its triggers to rest. */
export interface SleepingKey extends QualifiedName {
  readonly table: string;
  readonly definition: string;
  /** It had not been validated before either. */
  readonly notValid: boolean;
  /** Tables whose triggers it was taken off for. */
  readonly for: Set<string>;
}

interface KeyRow extends Record<string, string> {
  schema: string;
  table: string;
  name: string;
  definition: string;
  ends: string;
}

/**
 * What a script does with `DISABLE TRIGGER ALL` and with `session_replication_role`: a superuser's way to load rows that
 * point at others before these are there. Here the foreign keys are taken off meanwhile, and the triggers put to rest.
 */
export class SleepingTriggers {
  readonly #session: ReplaySession;
  readonly #keys = new Map<string, SleepingKey>();
  readonly #resting: { readonly table: string; readonly name: string }[] = [];
  #all = false;
  #known = '';

  constructor(session: ReplaySession) {
    this.#session = session;
  }

  /** Foreign keys that were taken off at least once and have to stand in the end. */
  get keys(): readonly SleepingKey[] {
    return [...this.#keys.values()];
  }

  /** Puts all triggers of a table to rest, or wakes them. */
  async setTable(table: MaybeQualified, asleep: boolean): Promise<void> {
    const name = await this.#find(table);
    await this.#session.ours(
      `ALTER TABLE ${quoteQualified(name)} ${asleep ? 'DISABLE' : 'ENABLE'} TRIGGER USER`,
    );
    const key = quoteQualified(name);
    if (asleep) await this.#takeOff([name], key);
    else await this.#putBack((sleeping) => sleeping.for.delete(key));
  }

  /** The same for all tables that there are or will be. */
  async setAll(asleep: boolean): Promise<void> {
    this.#all = asleep;
    this.#known = '';
    if (asleep) return await this.keepAsleep();
    await this.#putBack((sleeping) => sleeping.for.delete('*'));
    await this.#enableResting();
  }

  /** To be called before rows change: what was made since sleeps too. */
  async keepAsleep(): Promise<void> {
    if (!this.#all) return;
    const [state] = await this.#session.ours<{ known: string }>(
      `SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger)::text || ' ' || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_constraint)::text AS known`,
    );
    if (state?.known === this.#known) return;
    await this.#takeOff(null, '*');
    await this.#rest();
    const [after] = await this.#session.ours<{ known: string }>(
      `SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger)::text || ' ' || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_constraint)::text AS known`,
    );
    this.#known = after?.known ?? '';
  }

  /** Returns whether a constraint that the script drops is one that was taken off: then nothing is left to do. */
  async forget(table: MaybeQualified, name: string): Promise<boolean> {
    const found = [...this.#keys].find(
      ([, key]) =>
        key.name === name &&
        key.table === table.name &&
        (table.schema ?? key.schema) === key.schema &&
        key.for.size > 0,
    );
    if (found === undefined) return false;
    this.#keys.delete(found[0]);
    return true;
  }

  /** Wakes everything, as the end of the script does not. Returns the tables whose triggers were still asleep. */
  async wakeAll(): Promise<string[]> {
    const left = new Set(this.keys.flatMap(({ for: tables }) => [...tables]));
    if (this.#all) await this.setAll(false);
    await this.#putBack((key) => key.for.clear());
    return [...left].filter((name) => name !== '*');
  }

  // A trigger that fires for replicas only is left as it is.
  async #rest(): Promise<void> {
    const rows = await this.#session.ours<{ table: string; name: string }>(
      `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS table,
         t.tgname AS name FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled = 'O' ORDER BY t.oid`,
    );
    for (const { table, name } of rows) {
      await this.#session.ours(`ALTER TABLE ${table} ENABLE REPLICA TRIGGER ${quoteName(name)}`);
      this.#resting.push({ table, name });
    }
  }

  async #enableResting(): Promise<void> {
    for (const { table, name } of this.#resting.splice(0)) {
      const [stands] = await this.#session.ours(
        `SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = pg_catalog.to_regclass($1) AND tgname = $2 AND tgenabled = 'R'`,
        [table, name],
      );
      if (stands !== undefined)
        await this.#session.ours(`ALTER TABLE ${table} ENABLE TRIGGER ${quoteName(name)}`);
    }
  }

  async #find({ schema, name }: MaybeQualified): Promise<QualifiedName> {
    const text = schema === null ? quoteName(name) : quoteQualified({ schema, name });
    const [row] = await this.#session.ours<{ schema: string; name: string }>(
      `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::pg_catalog.regclass`,
      [text],
    );
    return row ?? { schema: schema ?? 'public', name };
  }

  async #takeOff(tables: readonly QualifiedName[] | null, reason: string): Promise<void> {
    const rows = await this.#session.ours<KeyRow>(
      `SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, pg_catalog.pg_get_constraintdef(k.oid) AS definition,
         k.confrelid::text AS ends
       FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE k.contype = 'f' AND k.conparentid = 0 AND ($1::text[] IS NULL
         OR k.conrelid = ANY (SELECT t::pg_catalog.regclass::oid FROM pg_catalog.unnest($1::text[]) t)
         OR k.confrelid = ANY (SELECT t::pg_catalog.regclass::oid FROM pg_catalog.unnest($1::text[]) t)) ORDER BY k.oid`,
      [tables?.map(quoteQualified) ?? null],
    );
    for (const { schema, table, name, definition } of rows) {
      const key = { schema, table, name };
      await this.#session.ours(
        `ALTER TABLE ${quoteQualified({ schema, name: table })} DROP CONSTRAINT ${quoteName(name)}`,
      );
      const notValid = / NOT VALID$/.test(definition);
      const known = this.#keys.get(keyOf(key));
      const reasons = known?.for ?? new Set<string>();
      this.#keys.set(keyOf(key), {
        ...key,
        definition: definition.replace(/ NOT VALID$/, ''),
        notValid: known?.notValid ?? notValid,
        for: reasons.add(reason),
      });
    }
    // Those that sleep already for another table.
    for (const key of this.#keys.values()) {
      const names = tables?.map(quoteQualified) ?? [];
      if (
        key.for.size > 0 &&
        (tables === null || names.includes(quoteQualified({ schema: key.schema, name: key.table })))
      )
        key.for.add(reason);
    }
  }

  async #putBack(release: (key: SleepingKey) => void): Promise<void> {
    for (const key of this.#keys.values()) {
      if (key.for.size === 0) continue;
      release(key);
      if (key.for.size > 0) continue;
      const table = quoteQualified({ schema: key.schema, name: key.table });
      const [there] = await this.#session.ours<{ stands: string | null; table: string | null }>(
        `SELECT pg_catalog.to_regclass($1)::text AS table, (SELECT conname::text FROM pg_catalog.pg_constraint
           WHERE conrelid = pg_catalog.to_regclass($1) AND conname = $2) AS stands`,
        [table, key.name],
      );
      if (there?.table === null || there?.stands !== null) continue;
      // Rows were not looked at when they came, so that is done once, in the end.
      await this.#session.ours(
        `ALTER TABLE ${table} ADD CONSTRAINT ${quoteName(key.name)} ${key.definition} NOT VALID`,
      );
    }
  }
}

function keyOf({ schema, table, name }: QualifiedName & { readonly table: string }): string {
  return `${schema}\0${table}\0${name}`;
}
