import type { ConsoleResult, ConsoleWish } from '../contract/browse.ts';
import { sqlState } from '../sql/errors.ts';
import { beginReading, endAnyway, type OwnSession, startLimit } from '../sql/reading.ts';
import { isEnded, readAgain } from './again.ts';
import { consoleError } from './console-error.ts';
import { type PortalLimits, type PortalResult, runPortal } from './portal.ts';
import { notReading, readsOnly } from './readonly.ts';
import type { LiveReader, ReadingRole } from './sessions.ts';

const longestCell = 10_000;
const mostCharacters = 16 * 1_048_576;

/**
 * Runs one statement of a person that only reads, in a session of its own that is thrown away: a READ ONLY transaction
 * as the reader, or as the install's own user where a view is in it. Nothing it does can stay. Throws `sql_invalid` with
 * line and column, `sql_refused`, `sql_failed`, `timeout`, or the signal's reason.
 */
export async function runConsole(
  reader: LiveReader,
  { sql, limit }: ConsoleWish,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<ConsoleResult> {
  const reads = await readsOnly(sql);
  if (reads === false) throw notReading();
  const run = (role: ReadingRole): Promise<ConsoleResult> =>
    readAgain(() => runAs(reader, role, { sql, limit, check: reads === null, deadlineMs, signal }), signal);
  try {
    return await run('reader');
  } catch (error) {
    if (!isView(error)) throw error;
    return await run('user');
  }
}

interface Run {
  readonly sql: string;
  readonly limit: number;
  /** True where our grammar could not parse the text: the server says what is wrong with it, and nothing is run. */
  readonly check: boolean;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

async function runAs(reader: LiveReader, role: ReadingRole, run: Run): Promise<ConsoleResult> {
  const own = await reader.openAlone(role, [
    // As in any client of the live; PostgreSQL's own names still come first.
    ['search_path', 'public'],
    ['client_min_messages', 'notice'],
    ['lock_timeout', '5s'],
  ]);
  const notices: ConsoleResult['notices'] = [];
  own.session.client.on('notice', ({ severity = 'NOTICE', message = '' }) => {
    if (notices.length < 100)
      notices.push({ level: severity.toLowerCase(), message: message.slice(0, 2000) });
  });
  const limit = startLimit(own, run.deadlineMs, run.signal);
  try {
    const { result, types, ms } = await limit.race(inTransaction(own, run));
    return {
      columns: result.columns.map(({ name, type, modifier }) => ({
        name,
        type: types.get(`${type} ${modifier}`) ?? String(type),
      })),
      rows: result.rows.map((row) => [...row]),
      more: result.more,
      ms: Math.round(ms),
      notices,
      role,
    };
  } catch (error) {
    const isForCaller = isEnded(error) || (isView(error) && role === 'reader');
    throw limit.reason() ?? (isForCaller ? error : consoleError(error, run.sql));
  } finally {
    limit.end();
    endAnyway(own);
  }
}

async function inTransaction(
  { session }: OwnSession,
  { sql, limit, check }: Run,
): Promise<{ result: PortalResult; types: ReadonlyMap<string, string>; ms: number }> {
  const { client } = session;
  await beginReading(client);
  const startedAt = performance.now();
  const limits: PortalLimits = { rows: limit, cell: longestCell, characters: mostCharacters };
  const result = await runPortal(client, sql, limits, { check });
  const ms = performance.now() - startedAt;
  if (check) throw notReading();
  const wanted = [...new Set(result.columns.map(({ type, modifier }) => `${type} ${modifier}`))];
  const { rows } = await client.query({
    text: `SELECT t || ' ' || m, pg_catalog.format_type(t, m) FROM unnest($1::oid[], $2::int4[]) AS u (t, m)`,
    values: [wanted.map((each) => each.split(' ')[0]), wanted.map((each) => each.split(' ')[1])],
    rowMode: 'array',
  });
  const types = new Map((rows as [string, string][]).map(([key, name]) => [key, name]));
  await client.query('ROLLBACK');
  return { result, types, ms };
}

// restrict_nonsystem_relation_kind keeps the reader from running what a view holds.
function isView(error: unknown): boolean {
  return sqlState(error) === '55000' && /access to non-system (view|foreign table)/.test(String(error));
}
