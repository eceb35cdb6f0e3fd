import { RockpoolError } from '../contract/errors.ts';
import type { Recipe, SampleUser } from '../contract/impersonation.ts';
import type { Session } from '../sql/connect.ts';
import { quoteQualified } from '../sql/quote.ts';
import { withoutForcedSecurity } from './aside.ts';
import { captureChanges } from './capture.ts';
import { sayFailure } from './failures.ts';
import { type KeptRow, valuesOf } from './kept.ts';
import { readKey } from './keys.ts';
import type { Values } from './parameters.ts';
import { columnOf, fromUsers, whereKey } from './rows.ts';
import { type RecipeStatement, writesTo } from './statements.ts';
import { nameOfTable, type UsersTable } from './users.ts';

/** Whom to become, and how. */
export interface Becoming {
  readonly users: UsersTable;
  readonly user: SampleUser;
  readonly recipe: Recipe;
  readonly statements: readonly RecipeStatement[];
  readonly values: Values;
}

/**
 * Runs the statements of a recipe in the transaction that is open and returns every row that they changed, by themselves
 * or by a trigger, as it was and as it is. Throws `sql_refused` unless the chosen user is the one row of the users' table
 * that changed, where the recipe writes to it at all (faults E22), `value_taken` for an e-mail that another user has.
 */
export async function becomeUser(session: Session, becoming: Becoming): Promise<KeptRow[]> {
  const { users, statements } = becoming;
  if (statements.length === 0) return [];
  const bases = await readBases(session, users);
  await refuseTaken(session, becoming);
  const kept = await withoutForcedSecurity(session, users.table, () =>
    captureChanges(session, bases, async () => {
      for (const statement of statements) await runStatement(session, becoming, statement);
    }),
  );
  requireOneUser(becoming, kept, await readNames(session, bases));
  return kept;
}

async function runStatement(
  session: Session,
  { recipe, values }: Becoming,
  { statement, bindable }: RecipeStatement,
): Promise<void> {
  try {
    await session.query(
      bindable.text,
      bindable.names.map((name) => values.get(name) ?? null),
    );
  } catch (error) {
    throw sayFailure(error, `Line ${statement.line} of the recipe ${recipe.name}`, { recipe: recipe.name });
  }
}

// A view of users stands for the tables that it reads, partitions for themselves.
async function readBases(session: Session, { table }: UsersTable): Promise<string[]> {
  const { rows } = await session.query<{ oid: string }>(
    `WITH RECURSIVE parts AS (
       SELECT pg_catalog.to_regclass($1)::pg_catalog.oid AS oid
       UNION
       SELECT found.oid FROM parts, LATERAL (
         SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits i WHERE i.inhparent = parts.oid
         UNION ALL
         SELECT d.refobjid FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d
           ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
         JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind = 'v' WHERE r.ev_class = parts.oid) AS found)
     SELECT p.oid FROM parts p JOIN pg_catalog.pg_class c ON c.oid = p.oid WHERE c.relkind IN ('r', 'p')`,
    [quoteQualified(table)],
  );
  return rows.map(({ oid }) => oid);
}

async function readNames(session: Session, oids: readonly string[]): Promise<Set<string>> {
  const { rows } = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::pg_catalog.oid[])`,
    [oids],
  );
  return new Set(rows.map(quoteQualified));
}

// Two users with one e-mail would leave open who logs in, also where the table allows it or differs in capitals.
async function refuseTaken(session: Session, { users, user, recipe, values }: Becoming): Promise<void> {
  const { email } = users.roles;
  const mine = values.get('my_email');
  if (email === null || mine === undefined || recipe.sql?.includes('%(my_email)s') !== true) return;
  const key = readKey(user.id, users.table.key.length) ?? [];
  const { rows } = await session.query(
    `SELECT ${fromUsers(users)} WHERE pg_catalog.lower(${columnOf(email)}::text) = pg_catalog.lower($${key.length + 1}::text)
       AND NOT (${whereKey(users)}) LIMIT 1`,
    [...key, mine],
  );
  if (rows.length === 0) return;
  throw new RockpoolError(
    'value_taken',
    `Another user of ${nameOfTable(users.table)} has that e-mail already.`,
    {
      hint: 'Nothing was changed. Give another address (name+test@…), or become the user who has it.',
      detail: { table: nameOfTable(users.table), column: email },
    },
  );
}

function requireOneUser(becoming: Becoming, kept: readonly KeptRow[], bases: ReadonlySet<string>): void {
  const { users, user, recipe, statements } = becoming;
  const name = nameOfTable(users.table);
  const touched = joinMoved(kept.filter((row) => bases.has(quoteQualified(row))));
  const isMeant = statements.some((statement) => writesTo(statement, users.table));
  if (touched.length === 0 && !isMeant) return;
  if (touched.length !== 1) throw notOne(recipe, name, touched.length);
  const [row] = touched as [KeptRow];
  if (row.former === null || row.current === null) {
    throw refused(recipe, `makes or takes away a row of ${name}`, name, 1);
  }
  const former = valuesOf(row, row.former);
  const chosen = readKey(user.id, users.table.key.length) ?? [];
  const isOther = users.table.key.some(
    (column, at) => former.has(column) && former.get(column) !== chosen[at],
  );
  if (isOther) throw refused(recipe, `changes another user of ${name} than the chosen one`, name, 1);
}

// A row that comes to another partition goes from one table and is made in another.
function joinMoved(rows: readonly KeptRow[]): readonly KeptRow[] {
  const [one, other] = rows;
  if (rows.length !== 2 || one === undefined || other === undefined) return rows;
  const isMove =
    one.former !== null && one.current === null && other.former === null && other.current !== null;
  return isMove && quoteQualified(one) !== quoteQualified(other)
    ? [{ ...one, current: other.current }]
    : rows;
}

function notOne(recipe: Recipe, table: string, rows: number): RockpoolError {
  const what = rows === 0 ? `changes no row of ${table}` : `changes ${rows} rows of ${table}`;
  return refused(recipe, what, table, rows);
}

function refused(recipe: Recipe, what: string, table: string, rows: number): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    `The recipe ${recipe.name} ${what}: exactly the chosen user may change.`,
    {
      hint: 'Nothing was changed. Give its UPDATE the condition WHERE id = %(user_id)s, and look at the triggers there.',
      detail: { recipe: recipe.name, table, rows },
    },
  );
}
