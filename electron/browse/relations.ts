import type { BrowsedColumn, TableName } from '../contract/browse.ts';
import { type Column, findRelation, type Relation } from './relation.ts';
import type { LiveReader, Query, ReadWish } from './sessions.ts';

/**
 * Finds a table and works on it in one transaction. What a view does runs as the install's own user: the reader, who may
 * enter every live of a server, must not run what a dataset wrote.
 */
export async function withRelation<T>(
  reader: LiveReader,
  table: TableName,
  wish: Omit<ReadWish, 'role'>,
  work: (query: Query, relation: Relation) => Promise<T>,
): Promise<T> {
  const done = await reader.read({ ...wish, role: 'reader' }, async (query) => {
    const relation = await findRelation(query, table);
    return relation.kind === 'view' || relation.kind === 'foreign'
      ? null
      : { result: await work(query, relation) };
  });
  if (done !== null) return done.result;
  return reader.read({ ...wish, role: 'user' }, async (query) =>
    work(query, await findRelation(query, table)),
  );
}

/** A column without what only its reading needs. */
export function shownColumn({
  base: _base,
  builtin: _builtin,
  operators: _operators,
  ...column
}: Column): BrowsedColumn {
  return column;
}
