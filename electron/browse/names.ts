import type { SchemaNames, TableGraph } from '../contract/browse.ts';
import { kindOf, ofDataset, readableKinds } from './catalog.ts';
import { listForeignKeys } from './details.ts';
import { readObjects } from './json.ts';
import { onlyOnce, readRoots } from './roots.ts';
import type { LiveReader } from './sessions.ts';
import { listTables } from './tables.ts';

interface FoundNames {
  readonly schema: string;
  readonly name: string;
  readonly relkind: string;
  readonly ispartition: boolean;
  readonly columns: string[];
}

/** Names of tables, their columns and the dataset's functions, for completion. */
export function listNames(reader: LiveReader, signal?: AbortSignal): Promise<SchemaNames> {
  return reader.read({ signal }, async (query) => {
    const tables = await readObjects<FoundNames>(
      query,
      `SELECT n.nspname AS schema, c.relname AS name, c.relkind, c.relispartition AS ispartition,
         coalesce((SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${readableKinds} AND ${ofDataset} ORDER BY 1, 2`,
    );
    const functions = await readObjects<{ name: string }>(
      query,
      `SELECT DISTINCT CASE WHEN n.nspname = 'public' THEN p.proname ELSE n.nspname || '.' || p.proname END AS name
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind = 'f'
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
       ORDER BY 1`,
    );
    return {
      tables: tables.map(({ schema, name, relkind, ispartition, columns }) => ({
        schema,
        name,
        kind: kindOf(relkind, ispartition),
        columns,
      })),
      functions: functions.map(({ name }) => name),
    };
  });
}

/** Tables with their sizes and the foreign keys between them; partitions stand within their root. */
export async function readGraph(reader: LiveReader, signal?: AbortSignal): Promise<TableGraph> {
  const tables = (await listTables(reader, signal)).filter((table) => table.partOf === null);
  const known = new Set(tables.map(({ schema, name }) => JSON.stringify([schema, name])));
  const foreignKeys = await reader.read({ signal }, async (query) => {
    const rootOf = await readRoots(query);
    const keys = (await listForeignKeys(query)).map((key) => ({
      ...key,
      table: rootOf(key.table),
      target: rootOf(key.target),
    }));
    return onlyOnce(keys, ({ table, target, columns, targetColumns }) => [
      table,
      target,
      columns,
      targetColumns,
    ]);
  });
  return {
    tables: tables.map(({ schema, name, kind, rows, bytes }) => ({
      schema,
      name,
      kind,
      rows,
      bytes: bytes.total,
    })),
    foreignKeys: foreignKeys.filter(
      ({ table, target }) =>
        known.has(JSON.stringify([table.schema, table.name])) &&
        known.has(JSON.stringify([target.schema, target.name])),
    ),
  };
}
