import type { Filter } from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { type Binder, compareSql } from './bind.ts';
import { textSql } from './cells.ts';
import { type Column, columnOf, type Relation } from './relation.ts';

/** The conditions of filters on `alias`, one text for each. Throws `column_not_found` or `usage`. */
export function filterSql(
  relation: Relation,
  filters: readonly Filter[],
  binder: Binder,
  alias: string,
): string[] {
  return filters.map((filter) => {
    const column = columnOf(relation, filter.column);
    return conditionSql(column, filter, binder, `${alias}.${quoteName(column.name)}`);
  });
}

function conditionSql(
  column: Column,
  { operator, values, column: name }: Filter,
  binder: Binder,
  value: string,
): string {
  switch (operator) {
    case 'null':
      return `${value} IS NOT DISTINCT FROM NULL`;
    case 'not null':
      return `${value} IS DISTINCT FROM NULL`;
    case 'in':
      if (values.length === 0) return 'false';
      return `(${values.map((one) => comparison(column, '=', one, binder, value)).join(' OR ')})`;
    case 'contains':
      return `strpos(lower(${textSql(column, value)}), lower(${binder.bind(only(values, name))}::text)) > 0`;
    case 'starts':
      return `starts_with(${textSql(column, value)}, ${binder.bind(only(values, name))}::text)`;
    default:
      return comparison(column, operator, only(values, name), binder, value);
  }
}

// Types without an order, such as json, are compared as text.
function comparison(column: Column, operator: string, one: string, binder: Binder, value: string): string {
  const place = binder.bind(one);
  return column.sortable
    ? compareSql(value, operator, `${place}::${column.base}`, column.operators)
    : `${textSql(column, value)} ${operator} ${place}::text`;
}

function only(values: readonly string[], column: string): string {
  const [value] = values;
  if (value !== undefined && values.length === 1) return value;
  throw new RockpoolError('usage', `The filter on ${column} needs one value.`, {
    hint: 'Give one value, or use the operator "in" for several.',
    detail: { column, values: values.length },
  });
}
