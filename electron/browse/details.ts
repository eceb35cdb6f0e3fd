import type { ForeignKey, TableDetails, TableIndex, TableName } from '../contract/browse.ts';
import { readObjects } from './json.ts';
import { findRelation } from './relation.ts';
import { shownColumn } from './relations.ts';
import type { LiveReader, Query } from './sessions.ts';

/** What a table is made of: columns, keys, foreign keys both ways, indexes. Throws `table_not_found`. */
export function describeTable(
  reader: LiveReader,
  table: TableName,
  signal?: AbortSignal,
): Promise<TableDetails> {
  return reader.read({ signal }, async (query) => {
    const relation = await findRelation(query, table);
    const { schema, name, kind, comment, columns, key, oid } = relation;
    const [definition] = kind === 'view' || kind === 'materialized' ? await query(viewSql, [oid]) : [];
    return {
      schema,
      name,
      kind,
      comment,
      columns: columns.map(shownColumn),
      key: [...key],
      foreignKeys: await listForeignKeys(query, { from: oid }),
      namedBy: await listForeignKeys(query, { to: oid }),
      indexes: await readObjects<TableIndex>(query, indexSql, [oid]),
      definition: definition?.[0] ?? null,
    };
  });
}

const viewSql = 'SELECT pg_get_viewdef($1::oid, true)';

const indexSql = `
  SELECT c.relname AS name, i.indisunique AS unique, i.indisprimary AS primary,
    pg_get_indexdef(i.indexrelid) AS definition, pg_relation_size(i.indexrelid) AS bytes
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1
  ORDER BY i.indisprimary DESC, c.relname`;

/**
 * Foreign keys from a table, to a table, or all of a live. Those that a partition has from its root are left out: the
 * root's stands for them.
 */
export function listForeignKeys(
  query: Query,
  { from = null, to = null }: { from?: number | null; to?: number | null } = {},
): Promise<ForeignKey[]> {
  return readObjects<ForeignKey>(
    query,
    `SELECT k.conname AS name, k.convalidated AS valid,
       json_build_object('schema', n.nspname, 'name', c.relname) AS table,
       json_build_object('schema', m.nspname, 'name', f.relname) AS target,
       (SELECT json_agg(a.attname ORDER BY u.at) FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, at)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS columns,
       (SELECT json_agg(a.attname ORDER BY u.at) FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, at)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum) AS "targetColumns"
     FROM pg_constraint k
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace m ON m.oid = f.relnamespace
     WHERE k.contype = 'f' AND ($1::oid IS NULL OR k.conrelid = $1) AND ($2::oid IS NULL OR k.confrelid = $2)
       AND k.conparentid = 0
     ORDER BY n.nspname, c.relname, k.conname`,
    [from, to],
  );
}
