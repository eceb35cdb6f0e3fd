import { quoteName } from '../sql/quote.ts';

/** Collects the values that a statement binds and hands out their places. */
export interface Binder {
  readonly values: unknown[];
  /** The place of a value, as `$3`. */
  bind(value: unknown): string;
}

export function openBinder(): Binder {
  const values: unknown[] = [];
  return {
    values,
    bind: (value) => {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

/** Compares two expressions with the operators of a schema: the search path holds none but PostgreSQL's own. */
export function compareSql(left: string, operator: string, right: string, schema: string): string {
  return schema === 'pg_catalog'
    ? `${left} ${operator} ${right}`
    : `${left} OPERATOR(${quoteName(schema)}.${operator}) ${right}`;
}
