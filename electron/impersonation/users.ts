import { RockpoolError } from '../contract/errors.ts';
import type { UsersChoice } from '../contract/impersonation.ts';
import { type ColumnRoles, readRoles } from './columns.ts';
import { type DatabaseFacts, isSame, type Link, type TableFacts } from './facts.ts';
import { rankTables } from './guess.ts';

/** Where the users of a database are, and what there is to know of one. */
export interface UsersTable {
  readonly table: TableFacts;
  readonly roles: ColumnRoles;
  /** Columns that are shown of a user beside the key. */
  readonly show: readonly string[];
  /** Columns that are searched. */
  readonly search: readonly string[];
  /** Rows of other tables that can be counted quickly for one user. */
  readonly related: readonly Link[];
  /** What a user belongs to, such as an account, and the column there that names it. */
  readonly belongs: readonly { readonly link: Link; readonly title: string; readonly column: string }[];
  /** The other tables that may hold users, the likeliest first. */
  readonly others: readonly string[];
}

const mostRelated = 3;
const mostBelongs = 2;

/** `schema.name` for people. */
export function nameOfTable({ schema, name }: { schema: string; name: string }): string {
  return `${schema}.${name}`;
}

/** Finds the users' table: the chosen one, or the likeliest. Throws `users_missing` where there is none. */
export function findUsersTable(facts: DatabaseFacts, choice: UsersChoice): UsersTable {
  const ranked = rankTables(facts.tables);
  const table = choice.table === null ? ranked[0]?.table : findChosen(facts.tables, choice.table);
  const others = ranked.map((candidate) => nameOfTable(candidate.table));
  if (table === undefined) throw nobody(choice.table, others);
  if (table.key.length === 0) throw keyless(nameOfTable(table), others);
  const roles = readRoles(table.columns);
  const known = new Set(table.columns.map(({ name }) => name));
  const found = [
    roles.email,
    roles.username,
    ...roles.names,
    ...roles.roles,
    roles.createdAt,
    roles.gone?.column ?? null,
  ];
  const chosen = choice.show.filter((column) => known.has(column));
  const show = chosen.length > 0 ? chosen : found.filter((column) => column !== null);
  return {
    table,
    roles,
    show: [...new Set(show)].filter((column) => !table.key.includes(column)),
    search: searchOf(table, roles, chosen),
    related: relatedTo(facts.links, table),
    belongs: belongsOf(facts, table),
    others: others.filter((name) => name !== nameOfTable(table)),
  };
}

function findChosen(tables: readonly TableFacts[], wanted: string): TableFacts | undefined {
  const plain = wanted.replaceAll('"', '');
  const fits = (table: TableFacts): boolean => nameOfTable(table) === plain || table.name === plain;
  const found = tables.filter(fits);
  return found.find(({ schema }) => schema === 'public') ?? found[0];
}

function searchOf(table: TableFacts, roles: ColumnRoles, chosen: readonly string[]): string[] {
  const texts = table.columns.filter(({ category }) => category === 'S').map(({ name }) => name);
  const wanted = [roles.email, roles.username, ...roles.names, ...chosen].filter((column) => column !== null);
  const columns = wanted.filter((column) => texts.includes(column) && column !== roles.password);
  return [...new Set(columns)].slice(0, 6);
}

function relatedTo(links: readonly Link[], table: TableFacts): Link[] {
  const pointing = links.filter(
    ({ from, to, toColumn, indexed }) =>
      indexed && isSame(to, table) && !isSame(from, table) && table.key.includes(toColumn),
  );
  const byTable = new Map(pointing.toReversed().map((link) => [nameOfTable(link.from), link]));
  return [...byTable.values()].toReversed().slice(0, mostRelated);
}

const named = /^(name|title|label|slug|display_?name|full_?name|code|company_?name)$/i;

function belongsOf({ tables, links }: DatabaseFacts, table: TableFacts): UsersTable['belongs'] {
  return links
    .filter(({ from, to }) => isSame(from, table) && !isSame(to, table))
    .flatMap((link) => {
      const target = tables.find((other) => isSame(other, link.to));
      const column = target?.columns.find(({ name, category }) => named.test(name) && category === 'S');
      return column === undefined ? [] : [{ link, title: link.to.name, column: column.name }];
    })
    .slice(0, mostBelongs);
}

function nobody(wanted: string | null, others: readonly string[]): RockpoolError {
  const message =
    wanted === null
      ? 'No table of this dataset looks as if it held users.'
      : `There is no table or view called ${wanted}.`;
  const hint =
    others.length > 0
      ? `Tables that may hold users: ${others.slice(0, 5).join(', ')}.`
      : 'Say where they are: users: { table: … } in rockpool.yml.';
  return new RockpoolError('users_missing', message, { hint, detail: { table: wanted } });
}

function keyless(table: string, others: readonly string[]): RockpoolError {
  const elsewhere = others.filter((name) => name !== table);
  return new RockpoolError(
    'users_missing',
    `${table} has no key by which one user could be told from another.`,
    {
      hint:
        elsewhere.length > 0
          ? `Choose another table: ${elsewhere.slice(0, 5).join(', ')}.`
          : 'Give it a primary key, or a view that has a column id.',
      detail: { table },
    },
  );
}
