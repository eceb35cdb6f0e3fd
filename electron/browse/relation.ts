import type { BrowsedColumn, TableKind, TableName } from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import { quoteQualified } from '../sql/quote.ts';
import { keyColumns, kindOf, ofDataset, readableKinds } from './catalog.ts';
import { closestNames } from './closest.ts';
import { readObjects } from './json.ts';
import type { Query } from './sessions.ts';

/** A column with what reading, sorting and comparing it needs. */
export interface Column extends BrowsedColumn {
  /** The type under any domain, as a cast of a bound value names it. */
  readonly base: string;
  /** The internal name of that type where it is PostgreSQL's own, null for any other. */
  readonly builtin: string | null;
  /** Where the operators are that compare it; PostgreSQL's own schema for most. */
  readonly operators: string;
}

/** Something that rows are read from. */
export interface Relation extends TableName {
  readonly oid: number;
  readonly kind: TableKind;
  readonly comment: string | null;
  readonly columns: readonly Column[];
  /** Names of the columns that tell rows apart; empty where nothing does. */
  readonly key: readonly string[];
  /** True where the rows are those of other tables: partitions, or children by inheritance. */
  readonly hasChildren: boolean;
  /** PostgreSQL's estimate, null where there is none. */
  readonly rows: number | null;
}

interface FoundRelation extends TableName {
  readonly oid: number;
  readonly relkind: string;
  readonly ispartition: boolean;
  readonly comment: string | null;
  readonly key: string[];
  readonly children: boolean;
  readonly rows: number;
}

/** Finds a table by schema and name. Throws `table_not_found` with the closest names. */
export async function findRelation(query: Query, table: TableName): Promise<Relation> {
  const [found] = await readObjects<FoundRelation>(
    query,
    `SELECT c.oid::int8, n.nspname AS schema, c.relname AS name, c.relkind, c.relispartition AS ispartition,
       obj_description(c.oid, 'pg_class') AS comment, c.relhassubclass AND c.relkind IN ('r', 'p') AS children,
       c.reltuples::int8 AS rows,
       ARRAY(SELECT a.attname::text FROM unnest(${keyColumns}) WITH ORDINALITY AS k (attnum, at)
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.at) AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${readableKinds} AND n.nspname = $1 AND c.relname = $2 AND n.nspname !~ '^pg_(toast|temp)'`,
    [table.schema, table.name],
  );
  if (found === undefined) throw await notFound(query, `${table.schema}.${table.name}`);
  const { oid, schema, name, relkind, ispartition, comment, key, children, rows } = found;
  const columns = await readColumns(query, oid, key);
  const kind = kindOf(relkind, ispartition);
  return {
    oid,
    schema,
    name,
    kind,
    comment,
    columns,
    key,
    hasChildren: children || kind === 'partitioned',
    rows: rows < 0 ? null : rows,
  };
}

/**
 * Reads a table's name as a person types it: `schema.name`, or a name alone, in `public` first. Throws
 * `table_not_found`, or `usage` where several schemas have it.
 */
export async function readTableName(query: Query, text: string): Promise<TableName> {
  const found = await readObjects<TableName>(
    query,
    `SELECT n.nspname AS schema, c.relname AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${readableKinds} AND ${ofDataset} AND (c.relname = $1 OR n.nspname || '.' || c.relname = $1)
     ORDER BY n.nspname || '.' || c.relname = $1 DESC, n.nspname = 'public' DESC, n.nspname`,
    [text],
  );
  const [first, second] = found;
  if (first === undefined) throw await notFound(query, text);
  const isClear =
    first.schema === 'public' || second === undefined || `${first.schema}.${first.name}` === text;
  if (isClear) return first;
  throw new RockpoolError('usage', `Several schemas have a table called ${text}.`, {
    hint: `Say which: ${found.map((each) => `${each.schema}.${each.name}`).join(', ')}.`,
    detail: { table: text },
  });
}

async function notFound(query: Query, table: string): Promise<RockpoolError> {
  const all = await readObjects<TableName>(
    query,
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${readableKinds} AND ${ofDataset} ORDER BY 1, 2`,
  );
  const near = closestNames(
    table.replace(/^public\./, ''),
    all.map(({ schema, name }) => (schema === 'public' ? name : `${schema}.${name}`)),
  );
  return new RockpoolError('table_not_found', `There is no table called ${table}.`, {
    hint: near.length === 0 ? `There are ${all.length} tables in all.` : `Close to it: ${near.join(', ')}.`,
    detail: { table },
  });
}

/** The column of this name. Throws `column_not_found` with the closest names. */
export function columnOf(relation: Relation, name: string): Column {
  const column = relation.columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  const names = relation.columns.map((each) => each.name);
  const near = closestNames(name, names);
  throw new RockpoolError(
    'column_not_found',
    `${relation.schema}.${relation.name} has no column called ${name}.`,
    {
      hint: `${near.length === 0 ? 'It has' : 'Close to it'}: ${(near.length === 0 ? names.slice(0, 20) : near).join(', ')}.`,
      detail: { table: `${relation.schema}.${relation.name}`, column: name },
    },
  );
}

/** The relation as SQL names it. */
export function relationSql(relation: TableName): string {
  return quoteQualified(relation);
}

interface FoundColumn {
  readonly name: string;
  readonly type: string;
  readonly base: string;
  readonly builtin: string | null;
  readonly category: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly generated: boolean;
  readonly identity: string;
  readonly comment: string | null;
  readonly values: string[] | null;
  readonly operators: string | null;
}

// A type can be sorted by where a default operator class for B-trees takes it: its own, or that of the family it
// belongs to. Classes can be made by superusers alone, so one that is not PostgreSQL's is an extension's.
const columnListing = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, format_type(b.oid, -1) AS base,
    CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace THEN b.typname END AS builtin, b.typcategory AS category,
    NOT a.attnotnull AS nullable, a.attgenerated <> '' AS generated, a.attidentity AS identity,
    pg_get_expr(d.adbin, d.adrelid) AS default, col_description(a.attrelid, a.attnum) AS comment,
    (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = b.oid) AS values,
    CASE WHEN b.typname = 'varchar' OR b.typtype IN ('e', 'r', 'm') THEN 'pg_catalog'
      WHEN b.typcategory = 'A' THEN
        CASE WHEN s.typtype = 'e' OR s.typname = 'varchar' OR EXISTS (
          SELECT FROM pg_opclass o WHERE o.opcdefault AND o.opcintype = b.typelem AND o.opcmethod = 403)
        THEN 'pg_catalog' END
      ELSE (SELECT f.nspname FROM pg_opclass o
            JOIN pg_amop m ON m.amopfamily = o.opcfamily AND m.amoplefttype = b.oid AND m.amoprighttype = b.oid
            JOIN pg_operator p ON p.oid = m.amopopr JOIN pg_namespace f ON f.oid = p.oprnamespace
            WHERE o.opcdefault AND o.opcintype = b.oid AND o.opcmethod = 403 AND m.amopstrategy = 1 LIMIT 1)
    END AS operators
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  CROSS JOIN LATERAL (
    WITH RECURSIVE under AS (
      SELECT t.oid, t.typtype, t.typbasetype FROM pg_type t WHERE t.oid = a.atttypid
      UNION ALL SELECT t.oid, t.typtype, t.typbasetype FROM pg_type t JOIN under u ON u.typtype = 'd' AND t.oid = u.typbasetype)
    SELECT t.* FROM pg_type t JOIN under u ON u.oid = t.oid WHERE t.typtype <> 'd') AS b
  LEFT JOIN pg_type s ON s.oid = b.typelem
  WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

async function readColumns(query: Query, oid: number, key: readonly string[]): Promise<Column[]> {
  const found = await readObjects<FoundColumn>(query, columnListing, [oid]);
  return found.map((each) => ({
    name: each.name,
    type: each.type,
    base: each.base,
    builtin: each.builtin,
    shape: shapeOf(each),
    nullable: each.nullable,
    default: each.generated ? null : each.default,
    generated: each.generated ? each.default : null,
    identity: each.identity === 'a' ? 'always' : each.identity === 'd' ? 'by default' : null,
    inKey: key.includes(each.name),
    sortable: each.operators !== null,
    comment: each.comment,
    values: each.values,
    operators: each.operators ?? 'pg_catalog',
  }));
}

function shapeOf({ builtin, category }: FoundColumn): BrowsedColumn['shape'] {
  if (builtin === 'json' || builtin === 'jsonb') return 'json';
  if (builtin === 'bytea') return 'binary';
  if (category === 'N') return 'number';
  if (category === 'S' || category === 'E') return 'text';
  if (category === 'B') return 'boolean';
  if (category === 'D' || category === 'T') return 'time';
  return category === 'A' ? 'array' : 'other';
}
