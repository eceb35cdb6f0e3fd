import type { TableData } from '../archives/contents.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { QualifiedName } from '../sql/quote.ts';

/** A table's name for people. */
export function nameOf({ schema, name }: QualifiedName): string {
  return `${schema}.${name}`;
}

/**
 * Finds what a file of rows is named after: by schema and table where the name tells both, else by the table alone,
 * `public` first. A dot can belong to a name, so every way to read the name is tried. Throws `schema_missing` where
 * there is nothing, or more than one thing, of that name.
 */
export function matchTable<Named extends QualifiedName>(
  data: Pick<TableData, 'file' | 'schema' | 'table'>,
  tables: readonly Named[],
): Named {
  const exact = tables.find(({ schema, name }) => schema === data.schema && name === data.table);
  if (exact !== undefined) return exact;
  const whole = data.schema === null ? data.table : `${data.schema}.${data.table}`;
  const named = tables.filter(({ schema, name }) => name === whole || `${schema}.${name}` === whole);
  const [only, second] = named;
  if (only !== undefined && second === undefined) return only;
  const inPublic = named.find(({ schema, name }) => schema === 'public' && name === whole);
  if (inPublic !== undefined) return inPublic;
  if (only === undefined) {
    throw new RockpoolError(
      'schema_missing',
      `There is no table ${whole} in the schema for the rows of ${data.file}.`,
      {
        hint: 'The schema files do not make it. Give a whole schema with --schema FILE.sql.',
        detail: { file: data.file, table: whole },
      },
    );
  }
  throw new RockpoolError(
    'schema_missing',
    `${data.file} could be for any of ${named.map(({ schema, name }) => `${schema}.${name}`).join(', ')}.`,
    {
      hint: 'A file named table-SCHEMA.TABLE.csv tells which one is meant.',
      detail: { file: data.file, table: whole },
    },
  );
}
