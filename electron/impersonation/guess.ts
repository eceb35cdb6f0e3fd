import { type ColumnRoles, plainName, readRoles } from './columns.ts';
import type { TableFacts } from './facts.ts';

/** A table that may hold the users, with how much speaks for it. */
export interface Candidate {
  readonly table: TableFacts;
  readonly roles: ColumnRoles;
  readonly score: number;
}

// How the last word of a name speaks for users, by its singular. Whom data is about comes before who runs the shop.
const words: Readonly<Record<string, number>> = {
  user: 50,
  customer: 40,
  member: 30,
  principal: 22,
  person: 22,
  people: 22,
  client: 20,
  player: 20,
  employee: 18,
  student: 18,
  patient: 18,
  subscriber: 16,
  admin: 15,
  administrator: 15,
  account: 15,
  login: 15,
  staff: 12,
  profile: 12,
  contact: 12,
  owner: 12,
  author: 10,
};

// What belongs to somebody, and is nobody.
const belongings =
  /^(group|permission|role|session|token|log|event|history|audit|setting|preference|notification|invitation|invite|verification|provider|identity|address|device|membership|follower|tag|key|secret|factor|attribute|metum|metadata|password|reset|migration|version|email|phone|order|payment)$/;

const tokens = /^(accesstoken|refreshtoken|sessiontoken|provider|provideraccountid|expiresat|tokenhash)$/;

/**
 * Orders the tables that may hold the users, the likeliest first: by name, by columns that people have (e-mail,
 * password, names, logins), by how many tables point there and by how many rows there are. Tables without anything that
 * tells users apart are left out.
 */
export function rankTables(tables: readonly TableFacts[]): Candidate[] {
  return tables
    .map((table) => {
      const roles = readRoles(table.columns);
      return { table, roles, score: score(table, roles) };
    })
    .filter(({ score }) => score >= 30)
    .sort((a, b) => b.score - a.score || a.table.name.localeCompare(b.table.name));
}

function score(table: TableFacts, roles: ColumnRoles): number {
  let sum = scoreName(table.name);
  if (roles.email !== null) sum += 20;
  if (roles.password !== null) sum += 18;
  if (roles.username !== null) sum += 8;
  if (roles.names.length > 0) sum += 8;
  if (roles.createdAt !== null) sum += 2;
  if (roles.gone !== null) sum += 4;
  sum += Math.min(12, 6 * roles.logins.length);
  sum += Math.min(15, 3 * table.pointedFrom);
  sum += Math.min(24, 6 * Math.log10((table.rows ?? 0) + 1));
  sum -= 12 * table.columns.filter(({ name }) => tokens.test(plainName(name))).length;
  if (roles.email === null && roles.username === null && roles.password === null) sum -= 25;
  if (table.key.length === 0) sum -= 40;
  // A view of users stands before a table of users.
  if (table.kind === 'view') sum -= 30;
  return sum;
}

function scoreName(name: string): number {
  const parts = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .map(singular);
  const last = parts.at(-1) ?? '';
  if (belongings.test(last)) return -40;
  const exact = words[last] ?? (last.endsWith('user') ? 45 : 0);
  // `auth_user` says as much as `user`, `admin_users` are others than the users.
  const before = parts
    .slice(0, -1)
    .some((part) => /^(admin|deleted|old|temp|tmp|archived|backup|test)$/.test(part));
  return exact - (parts.length > 1 ? 5 : 0) - (before ? 25 : 0);
}

function singular(word: string): string {
  if (word === 'staff' || word === 'people' || word === 'address') return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
