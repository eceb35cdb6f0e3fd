import { quoteName, quoteQualified } from '../sql/quote.ts';

/** A `CREATE TABLE` for columns whose types are known by name. */
export function writeTable(
  schema: string,
  name: string,
  columns: readonly { name: string; type: string }[],
): string {
  const lines = columns.map((column) => `  ${quoteName(column.name)} ${column.type}`);
  return `CREATE TABLE ${quoteQualified({ schema, name })} (\n${lines.join(',\n')}\n);`;
}

/** `CREATE SCHEMA` for all but `public`, which every database has. */
export function writeSchemas(schemas: Iterable<string>): string[] {
  return [...schemas]
    .filter((schema) => schema !== 'public')
    .map((schema) => `CREATE SCHEMA ${quoteName(schema)};`);
}
