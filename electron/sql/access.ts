import { type Laid, resetStatements, type Setting, settingStatements } from './lay.ts';
import { quoteLiteral, quoteName } from './quote.ts';
import { quiet, scramSecret } from './roles.ts';

const readsAll = 'pg_read_all_data';

/** The role that reads the live of one install and enters no other database: browsing, the console, the search for users. */
export function readerOf(install: string): string {
  return `rp_read_${install}`;
}

/** A user of an install: a member of the owner, and acting as it, so that what its migrations make is the owner's. */
export interface UserAccess {
  readonly name: string;
  readonly owner: string;
  readonly password: string;
}

/**
 * Statements that lay an install's user anew: it may change its password and settings, and those that hold in a single
 * database, whichever (faults C8).
 */
export function userStatements(laid: Laid, { name, owner, password }: UserAccess): string[] {
  const role = quoteName(name);
  return [
    ...resetStatements(laid, [name], null),
    ...leaveStatements(laid, name, owner),
    `ALTER ROLE ${role} LOGIN PASSWORD ${quoteLiteral(scramSecret(password))} VALID UNTIL 'infinity'`,
    `GRANT ${quoteName(owner)} TO ${role}`,
    ...settingStatements(`ROLE ${role}`, [['role', owner], ...quiet]),
  ];
}

/**
 * Statements that make the reader of an install, or lay it anew. It reads every table, whatever its row security says
 * (faults, Roles). That it changes none is the transaction's doing; its settings alone would keep no code from it.
 */
export function readerStatements(laid: Laid, install: string, password: string): string[] {
  const name = readerOf(install);
  const role = quoteName(name);
  const settings: Setting[] = [
    ['default_transaction_read_only', 'on'],
    ['search_path', 'pg_catalog'],
    ...quiet,
  ];
  if (laid.restricts) settings.push(['restrict_nonsystem_relation_kind', ['view,foreign-table']]);
  return [
    ...(laid.roles.includes(name) ? [] : [`CREATE ROLE ${role}`]),
    ...resetStatements(laid, [name], null),
    ...leaveStatements(laid, name, readsAll),
    `ALTER ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS VALID UNTIL 'infinity'
     PASSWORD ${quoteLiteral(scramSecret(password))}`,
    `GRANT ${readsAll} TO ${role}`,
    ...settingStatements(`ROLE ${role}`, settings),
  ];
}

// Before PostgreSQL 16 a session may make others members of its own role.
function leaveStatements({ members }: Laid, name: string, stays: string): string[] {
  return members
    .filter(({ role, member }) => (member === name && role !== stays) || role === name)
    .map(({ role, member }) => `REVOKE ${quoteName(role)} FROM ${quoteName(member)}`);
}
