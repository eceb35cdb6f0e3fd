import type { Classified } from '../sql/classified.ts';
import type { Session } from '../sql/connect.ts';

/** Settings that a script has made so far. The object's identity tells whether a session has them already. */
export interface Settings {
  /** The schemas in which names without one are looked for. */
  readonly path: readonly string[];
  readonly sql: readonly { readonly name: string; readonly sql: string }[];
}

/** What a script begins with: names without a schema are those of `public`. */
export const firstSettings: Settings = {
  path: ['public'],
  sql: [{ name: 'search_path', sql: 'SET search_path = public' }],
};

// How long things may take, what is said and how text is written down belongs to the restore, not to the dump: the
// scripts have been decoded. What standard_conforming_strings says holds for the bodies of functions too, so it is taken;
// the splitter has written all other strings so that they mean the same either way.
const notTaken = new Set([
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
  'client_encoding',
  'escape_string_warning',
  'backslash_quote',
  'client_min_messages',
  'row_security',
  'default_tablespace',
  'temp_tablespaces',
  'default_with_oids',
  'synchronous_commit',
  'maintenance_work_mem',
  'work_mem',
]);

/** The settings after one more statement. */
export function changeSettings(
  settings: Settings,
  change: Extract<Classified, { phase: 'setting' }>,
): Settings {
  const { name, sql, path } = change;
  if (notTaken.has(name)) return settings;
  if (sql === null && name === '') return firstSettings;
  const others = settings.sql.filter((known) => known.name !== name);
  if (sql === null) return name === 'search_path' ? firstSettings : { ...settings, sql: others };
  const known = settings.sql.find((one) => one.name === name);
  if (known?.sql === sql) return settings;
  return { path: path ?? settings.path, sql: [...others, { name, sql }] };
}

/** Lays the settings on a session, in place of those laid before; `onProblem` hears of those that the server refuses. */
export async function applySettings(
  session: Session,
  settings: Settings,
  onProblem: (name: string) => void,
): Promise<void> {
  await session.query('RESET ALL');
  for (const { name, sql } of settings.sql) {
    try {
      await session.query(sql);
    } catch {
      onProblem(name);
    }
  }
}

/** Names of settings that a server does not know; those with a dot are anybody's own. */
export async function unknownSettings(session: Session, names: readonly string[]): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT name FROM pg_catalog.unnest($1::text[]) AS name
     WHERE name NOT IN (SELECT lower(s.name) FROM pg_catalog.pg_settings s)`,
    [names.filter((name) => name !== '' && !name.includes('.') && name !== 'session characteristics')],
  );
  return rows.map((row) => row.name);
}
