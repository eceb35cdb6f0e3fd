import type { PreviewChange, PreviewRow } from '../contract/demo.ts';
import type { Session } from '../sql/connect.ts';
import { type QualifiedName, quoteLiteral, quoteQualified } from '../sql/quote.ts';

/** How many rows of a change are shown. */
const shownRows = 50;
/** How much of one value is shown, in characters. */
const shownLength = 1000;
/** With more tables only those that the statements name are watched: each takes three triggers. */
const manyTables = 150;

const asTexts = (row: string): string =>
  `(SELECT pg_catalog.json_object_agg(c.key, CASE WHEN length(c.value) > ${shownLength}
      THEN pg_catalog.left(c.value, ${shownLength}) || '…' ELSE c.value END)
    FROM pg_catalog.json_each_text(pg_catalog.row_to_json(${row})) c)`;

const numbered = (table: string): string =>
  `(SELECT t, pg_catalog.row_number() OVER () AS n FROM ${table} t LIMIT ${shownRows})`;

const setup = `
CREATE TEMPORARY TABLE rp_seen (id serial, tab text, kind text, n bigint, rows json);
CREATE FUNCTION pg_temp.rp_note(tab text, kind text, n bigint, rows json) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pg_temp.rp_seen (tab, kind, n, rows) VALUES ($1, $2, $3, $4) $$;
CREATE FUNCTION pg_temp.rp_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_temp.rp_note(TG_ARGV[0], 'insert', (SELECT count(*) FROM rp_new),
    (SELECT json_agg(json_build_array(NULL, ${asTexts('a.t')}) ORDER BY a.n) FROM ${numbered('rp_new')} a));
  RETURN NULL; END $$;
CREATE FUNCTION pg_temp.rp_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_temp.rp_note(TG_ARGV[0], 'delete', (SELECT count(*) FROM rp_old),
    (SELECT json_agg(json_build_array(${asTexts('b.t')}, NULL) ORDER BY b.n) FROM ${numbered('rp_old')} b));
  RETURN NULL; END $$;
CREATE FUNCTION pg_temp.rp_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_temp.rp_note(TG_ARGV[0], 'update', (SELECT count(*) FROM rp_new),
    (SELECT json_agg(json_build_array(${asTexts('b.t')}, ${asTexts('a.t')}) ORDER BY a.n)
     FROM ${numbered('rp_new')} a JOIN ${numbered('rp_old')} b USING (n)));
  RETURN NULL; END $$;
`;

/** Makes what notes changes, in the session's temporary schema: it ends with the session. */
export async function openCapture(session: Session): Promise<void> {
  await session.script(setup);
}

const events = [
  ['insert', 'NEW TABLE AS rp_new'],
  ['update', 'OLD TABLE AS rp_old NEW TABLE AS rp_new'],
  ['delete', 'OLD TABLE AS rp_old'],
] as const;

interface Watched extends QualifiedName {
  readonly oid: string;
}

/**
 * Lets every table note its changes, or where there are very many those of these names. Both versions of a row come
 * from the tables that PostgreSQL hands to a trigger of a statement, in the same order; on every version and whoever
 * writes, a function or another trigger too. To be called again when a statement may have made a table or switched
 * triggers off.
 */
export async function watchTables(session: Session, names: ReadonlySet<string>): Promise<void> {
  const tables = await listUnwatched(session);
  const many = tables.length > manyTables;
  const wanted = many ? tables.filter(({ name }) => names.has(name)) : tables;
  const statements = wanted.flatMap((table) => {
    const on = quoteQualified(table);
    const label = quoteLiteral(`${table.schema}.${table.name}`);
    return events.flatMap(([event, transition]) => [
      `CREATE OR REPLACE TRIGGER rp_seen_${event} AFTER ${event} ON ${on} REFERENCING ${transition}
       FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.rp_${event}(${label})`,
      `ALTER TABLE ${on} ENABLE ALWAYS TRIGGER rp_seen_${event}`,
    ]);
  });
  if (statements.length > 0) await session.script(statements.join(';\n'));
}

// Tables with rows and roots of partitions. A partition that is written to through its root notes nothing itself.
async function listUnwatched(session: Session): Promise<Watched[]> {
  const { rows } = await session.query<{ oid: string; schema: string; name: string }>(
    `SELECT c.oid, n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^(pg_|information_schema$)'
       AND pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE')
       AND 3 > (SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger g
                WHERE g.tgrelid = c.oid AND g.tgname ~ '^rp_seen_' AND g.tgenabled = 'A')
     ORDER BY n.nspname, c.relname`,
  );
  return rows;
}

/** Notes what a TRUNCATE is about to take away, which no trigger of a statement is told. */
export async function noteTruncate(session: Session, tables: readonly QualifiedName[]): Promise<void> {
  for (const table of tables) {
    const name = quoteQualified(table);
    await session.client.query(
      `SELECT pg_temp.rp_note($1, 'truncate', (SELECT count(*) FROM ${name}),
         (SELECT json_agg(json_build_array(${asTexts('b.t')}, NULL) ORDER BY b.n) FROM ${numbered(name)} b))`,
      [`${table.schema}.${table.name}`],
    );
  }
}

/** Takes the changes that were noted since the last time, in the order in which they happened. */
export async function takeChanges(session: Session): Promise<PreviewChange[]> {
  const { rows } = await session.query<{
    id: string;
    tab: string;
    kind: PreviewChange['kind'];
    n: string;
    rows: string | null;
  }>('DELETE FROM pg_temp.rp_seen RETURNING id, tab, kind, n, rows');
  return rows
    .toSorted((a, b) => Number(a.id) - Number(b.id))
    .filter(({ n }) => Number(n) > 0)
    .map(({ tab, kind, n, rows: seen }) => {
      const pairs = JSON.parse(seen ?? '[]') as [PreviewRow | null, PreviewRow | null][];
      return {
        table: tab,
        kind,
        rows: Number(n),
        before: pairs.flatMap(([before]) => (before === null ? [] : [before])),
        after: pairs.flatMap(([, after]) => (after === null ? [] : [after])),
      };
    });
}
