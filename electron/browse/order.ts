import type { SortColumn } from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { type Binder, compareSql } from './bind.ts';
import { columnOf, type Relation } from './relation.ts';

/** One column of an order in which no two rows are equal. */
export interface SortKey {
  readonly name: string;
  /** PostgreSQL's own column for where a row lies, which `SELECT *` leaves out. */
  readonly isSystem: boolean;
  readonly type: string;
  /** The schema of the operators that compare it. */
  readonly operators: string;
  readonly nullable: boolean;
  readonly descending: boolean;
  readonly isInteger: boolean;
}

/**
 * The order of rows that was wished for, with the key after it so that no two rows are equal; where a table has no
 * key, with where its rows lie. Throws `usage` for a column of a type that has no order.
 */
export function orderOf(relation: Relation, sort: readonly SortColumn[]): SortKey[] {
  const wished = sort.map(({ column: name, descending }) => sortKey(relation, name, descending));
  const isDescending = wished.at(-1)?.descending ?? false;
  const names = new Set(wished.map((key) => key.name));
  const key = relation.key.filter((name) => !names.has(name));
  if (relation.key.length > 0)
    return [...wished, ...key.map((name) => sortKey(relation, name, isDescending))];
  if (!isStored(relation)) return wished;
  const system = relation.hasChildren ? ['tableoid', 'ctid'] : ['ctid'];
  return [...wished, ...system.map((name) => systemKey(name, isDescending))];
}

/** True where rows lie in pages of their own that can be read by place. */
export function isStored({ kind }: Relation): boolean {
  return kind !== 'view' && kind !== 'foreign';
}

function sortKey(relation: Relation, name: string, descending: boolean): SortKey {
  const column = columnOf(relation, name);
  if (!column.sortable) {
    throw new RockpoolError('usage', `Values of the type ${column.type} have no order to sort ${name} by.`, {
      hint: 'Sort by another column.',
      detail: { table: `${relation.schema}.${relation.name}`, column: name },
    });
  }
  return {
    name,
    isSystem: false,
    type: column.base,
    operators: column.operators,
    nullable: column.nullable,
    descending,
    isInteger: column.builtin !== null && /^int[248]$/.test(column.builtin),
  };
}

function systemKey(name: string, descending: boolean): SortKey {
  const type = name === 'ctid' ? 'tid' : 'oid';
  return {
    name,
    isSystem: true,
    type,
    operators: 'pg_catalog',
    nullable: false,
    descending,
    isInteger: false,
  };
}

/** `ORDER BY` of an order; `write` says how a key is written there. */
export function orderSql(keys: readonly SortKey[], write: (key: SortKey) => string): string {
  if (keys.length === 0) return '';
  return `ORDER BY ${keys.map((key) => `${write(key)}${key.descending ? ' DESC' : ''}`).join(', ')}`;
}

/** The same order from its end. */
export function reversed(keys: readonly SortKey[]): SortKey[] {
  return keys.map((key) => ({ ...key, descending: !key.descending }));
}

/** How a key is written within the table that is read. */
export function keySql({ name }: SortKey): string {
  return `t.${quoteName(name)}`;
}

/** A value that a page begins behind: NULL, or what binds it and writes its place, in statements that need it. */
export type Bound = (() => string) | null;

/** A condition that is written when it is used, so that a statement binds no value of another. */
export type Segment = () => string;

/**
 * Conditions whose rows, one after the other, are those behind a row in the order. Several, where one condition with
 * OR would keep the server from walking an index: NULL stands last in an ascending order and first in a descending one.
 */
export function behindSql(keys: readonly SortKey[], bounds: readonly Bound[]): Segment[] {
  const [first] = keys;
  const [bound] = bounds;
  if (first === undefined || bound === undefined) return [];
  const rest = keys.slice(1);
  const sameWay = keys.every((key) => key.descending === first.descending && key.operators === 'pg_catalog');
  const restKnown = rest.every((key) => !key.nullable) && bounds.slice(1).every((each) => each !== null);
  if (!sameWay || !restKnown) return [() => lexicographic(keys, bounds)];
  const nullRows = `${keySql(first)} IS NULL`;
  if (bound === null) {
    const restBehind = () => `${nullRows} AND ${rowComparison(rest, bounds.slice(1))}`;
    const behind = rest.length === 0 ? [] : [restBehind];
    return first.descending ? [...behind, () => `${keySql(first)} IS NOT NULL`] : behind;
  }
  const behind = () => rowComparison(keys, bounds);
  return first.nullable && !first.descending ? [behind, () => nullRows] : [behind];
}

function rowComparison(keys: readonly SortKey[], bounds: readonly Bound[]): string {
  const operator = keys[0]?.descending === true ? '<' : '>';
  return `(${keys.map(keySql).join(', ')}) ${operator} (${bounds.map((bound) => bound?.() ?? 'NULL').join(', ')})`;
}

function lexicographic(keys: readonly SortKey[], bounds: readonly Bound[]): string {
  const ways = keys.map((key, at) => {
    const equal = keys.slice(0, at).map((each, before) => equalSql(each, bounds[before] ?? null));
    return [...equal, beyondSql(key, bounds[at] ?? null)].join(' AND ');
  });
  const [first] = keys;
  const [bound = null] = bounds;
  // What an index can begin at; left out where NULLs that stand last would be missed.
  const isBounded = first !== undefined && bound !== null && (first.descending || !first.nullable);
  const start = isBounded
    ? `${compareSql(keySql(first), first.descending ? '<=' : '>=', bound(), first.operators)} AND `
    : '';
  return `${start}(${ways.join(' OR ')})`;
}

function equalSql(key: SortKey, bound: Bound): string {
  return bound === null ? `${keySql(key)} IS NULL` : compareSql(keySql(key), '=', bound(), key.operators);
}

function beyondSql(key: SortKey, bound: Bound): string {
  const value = keySql(key);
  if (bound === null) return key.descending ? `${value} IS NOT NULL` : 'false';
  const beyond = compareSql(value, key.descending ? '<' : '>', bound(), key.operators);
  return key.nullable && !key.descending ? `(${beyond} OR ${value} IS NULL)` : beyond;
}

/** Conditions whose rows, one after the other, are those from values of the first two keys on, up to the end. */
export function fromSql(keys: readonly SortKey[], bounds: readonly Bound[]): Segment[] {
  const [first, second] = keys;
  const [bound, secondBound = null] = bounds;
  if (first === undefined || bound === undefined) return [() => 'true'];
  const operator = first.descending ? '<=' : '>=';
  const refined =
    second !== undefined &&
    second.descending === first.descending &&
    !second.nullable &&
    secondBound !== null;
  const value = keySql(first);
  if (bound === null) {
    const nulls = (): string =>
      refined
        ? `${value} IS NULL AND ${compareSql(keySql(second), operator, secondBound(), second.operators)}`
        : `${value} IS NULL`;
    return first.descending ? [nulls, () => `${value} IS NOT NULL`] : [nulls];
  }
  const both = refined && first.operators === 'pg_catalog' && second.operators === 'pg_catalog';
  const from = (): string =>
    both
      ? `(${value}, ${keySql(second)}) ${operator} (${bound()}, ${secondBound()})`
      : compareSql(value, operator, bound(), first.operators);
  return first.nullable && !first.descending ? [from, () => `${value} IS NULL`] : [from];
}

/** What binds a value of a key; NULL stays NULL. */
export function boundValue(key: SortKey, value: string | null, binder: Binder): Bound {
  if (value === null) return null;
  return () => `${binder.bind(value)}::${key.type}`;
}
