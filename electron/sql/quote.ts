import pg from 'pg';

/** An object of a database by schema and name, unquoted. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** Quotes one identifier for SQL. Throws on NUL, which no identifier can hold. */
export function quoteName(name: string): string {
  if (name.includes('\0')) throw new RangeError('an identifier holds a NUL character');
  return pg.escapeIdentifier(name);
}

/** Quotes `schema.name`. */
export function quoteQualified({ schema, name }: QualifiedName): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** Quotes a text as a literal; only for places where PostgreSQL takes no bound parameter, as in `ALTER ROLE`. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new RangeError('a literal holds a NUL character');
  return pg.escapeLiteral(text);
}
