/** A table as a schema script names it; `schema` is null where it leaves that to the search path. */
export interface DefinedTable {
  readonly schema: string | null;
  readonly table: string;
}

const name = '"(?:[^"]|"")+"|[\\p{L}_][\\p{L}\\p{N}_$]*';
const createTable = new RegExp(
  `^[ \\t]*CREATE[ \\t]+(?:UNLOGGED[ \\t]+|FOREIGN[ \\t]+)?TABLE[ \\t]+(?:IF[ \\t]+NOT[ \\t]+EXISTS[ \\t]+)?(?:(${name})\\.)?(${name})`,
  'gimu',
);

/**
 * The tables that a schema script creates, by a look at the beginnings of its lines. Good enough to tell which table
 * a file's name means; what the script really does is for `restore/` to find out.
 */
export function listDefinedTables(sql: string): DefinedTable[] {
  return [...sql.matchAll(createTable)].map(([, schema, table]) => ({
    schema: schema === undefined ? null : unquote(schema),
    table: unquote(table ?? ''),
  }));
}

function unquote(identifier: string): string {
  return identifier.startsWith('"')
    ? identifier.slice(1, -1).replaceAll('""', '"')
    : identifier.toLowerCase();
}
