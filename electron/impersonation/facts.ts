import type { Session } from '../sql/connect.ts';
import type { QualifiedName } from '../sql/quote.ts';

export interface ColumnFacts {
  readonly name: string;
  /** PostgreSQL's own name of the type, such as `character varying(255)`. */
  readonly type: string;
  /** One letter of `pg_type.typcategory`: S for texts, N for numbers, D for times, B for booleans. */
  readonly category: string;
}

/** A foreign key of one column, with both of its ends. */
export interface Link {
  readonly from: QualifiedName;
  readonly fromColumn: string;
  readonly to: QualifiedName;
  readonly toColumn: string;
  /** An index begins with the referencing column, so that counting through it is quick. */
  readonly indexed: boolean;
}

/** What the catalogue says of a table or view that may hold users. */
export interface TableFacts extends QualifiedName {
  readonly kind: 'table' | 'view';
  /** About how many rows; null where nobody has counted. */
  readonly rows: number | null;
  /** The columns of the primary key, or of another key that is never empty; none where there is no key. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnFacts[];
  /** How many other tables point here. */
  readonly pointedFrom: number;
}

/** Tables and views of a database, and how they point at each other. */
export interface DatabaseFacts {
  readonly tables: readonly TableFacts[];
  readonly links: readonly Link[];
}

// A partition is a part of its root, and what an extension brought is no data of the application's.
const relations = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.reltuples::bigint AS rows
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND n.nspname <> 'information_schema'
    AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const columnsOf = `
  SELECT a.attrelid AS oid, a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    coalesce(b.typcategory, t.typcategory) AS category
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_type b ON b.oid = nullif(t.typbasetype, 0)
  WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

// The primary key first, then the shortest key whose columns are never empty.
const keysOf = `
  SELECT DISTINCT ON (i.indrelid) i.indrelid AS oid, (SELECT pg_catalog.json_agg(a.attname ORDER BY k.at)
    FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num WHERE k.at <= i.indnkeyatts)::text AS key
  FROM pg_catalog.pg_index i
  WHERE i.indrelid = ANY ($1::pg_catalog.oid[]) AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
    AND (i.indisprimary OR NOT EXISTS (SELECT FROM pg_catalog.unnest(i.indkey::int2[]) AS k (num)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num WHERE NOT a.attnotnull))
  ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid`;

const linksOf = `
  SELECT n.nspname AS from_schema, c.relname AS from_name, a.attname AS from_column,
    rn.nspname AS to_schema, r.relname AS to_name, ra.attname AS to_column,
    (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indpred IS NULL
      AND i.indkey[0] = f.conkey[1] AND i.indisvalid)::int AS indexes
  FROM pg_catalog.pg_constraint f
  JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
  JOIN pg_catalog.pg_class r ON r.oid = f.confrelid JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
  JOIN pg_catalog.pg_attribute ra ON ra.attrelid = r.oid AND ra.attnum = f.confkey[1]
  WHERE f.contype = 'f' AND pg_catalog.cardinality(f.conkey) = 1 AND NOT c.relispartition AND NOT r.relispartition
  ORDER BY c.reltuples DESC, f.conname`;

/** Reads the catalogue, and no row. */
export async function readFacts(session: Session): Promise<DatabaseFacts> {
  const found = await session.query<Record<'oid' | 'schema' | 'name' | 'kind' | 'rows', string>>(relations);
  const oids = found.rows.map(({ oid }) => oid);
  const columns = await session.query<Record<'oid' | 'name' | 'type' | 'category', string>>(columnsOf, [
    oids,
  ]);
  const keys = await session.query<{ oid: string; key: string }>(keysOf, [oids]);
  const linked = await session.query<Record<string, string>>(linksOf);
  const links = linked.rows.map(readLink);
  const columnsByTable = Map.groupBy(columns.rows, ({ oid }) => oid);
  const keyByTable = new Map(keys.rows.map(({ oid, key }) => [oid, JSON.parse(key) as string[]]));
  const tables = found.rows.map(({ oid, schema, name, kind, rows }): TableFacts => {
    const ownColumns = (columnsByTable.get(oid) ?? []).map((column) => ({
      name: column.name,
      type: column.type,
      category: column.category,
    }));
    const pointing = links.filter(({ from, to }) => isSame(to, { schema, name }) && !isSame(from, to));
    return {
      schema,
      name,
      kind: kind === 'v' ? 'view' : 'table',
      rows: Number(rows) < 0 ? null : Number(rows),
      key: keyByTable.get(oid) ?? (kind === 'v' ? keyOfView(ownColumns) : []),
      columns: ownColumns,
      pointedFrom: new Set(pointing.map(({ from }) => `${from.schema}.${from.name}`)).size,
    };
  });
  return { tables, links };
}

export function isSame(a: QualifiedName, b: QualifiedName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

function readLink(row: Record<string, string>): Link {
  return {
    from: { schema: String(row.from_schema), name: String(row.from_name) },
    fromColumn: String(row.from_column),
    to: { schema: String(row.to_schema), name: String(row.to_name) },
    toColumn: String(row.to_column),
    indexed: row.indexes !== '0',
  };
}

// A view has no keys of its own: that two rows share one is found when a user is looked for by it.
function keyOfView(columns: readonly ColumnFacts[]): string[] {
  const key = columns.find(({ name }) => /^(id|uuid|user_?id|guid|pk)$/i.test(name));
  return key === undefined ? [] : [key.name];
}
