import { RockpoolError } from '../contract/errors.ts';
import type { Skipped, Warning } from '../contract/report.ts';
import type { Session } from '../sql/connect.ts';
import { rangeName } from '../sql/nodes.ts';
import type { SqlParser } from '../sql/parser.ts';
import type { TableFacts } from './catalog.ts';
import type { ForeignKey } from './foreignkeys.ts';
import type { Load, RowSource } from './load.ts';
import { nameOf } from './match.ts';
import { nearNames } from './near.ts';
import { tableOf } from './plan.ts';

/** A foreign key as a way from one table to another, by their oids. */
export interface Way {
  readonly from: string;
  readonly to: string;
}

/** The tables that a person wants, and the ways by which these need others. */
export interface Choice {
  /** As `table` or `schema.table`. */
  readonly names: readonly string[];
  readonly ways: readonly Way[];
}

/** The ways that foreign keys will make which are not laid yet. */
export function waysOfKeys(
  parser: SqlParser,
  keys: readonly ForeignKey[],
  tables: readonly TableFacts[],
): Way[] {
  const find = (title: string): TableFacts | undefined => tables.find((table) => nameOf(table) === title);
  return keys.flatMap(({ table, planned }) => {
    const node = parser.parse(planned.statement);
    const commands = 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
    return commands.flatMap((command) => {
      const def = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
      if (def === undefined || !('Constraint' in def)) return [];
      const target = { ...planned, table: rangeName(def.Constraint.pktable) };
      const name = tableOf(target, (one) => find(nameOf(one)) !== undefined);
      const to = name === null ? undefined : find(nameOf(name));
      return to === undefined ? [] : [{ from: table.oid, to: to.oid }];
    });
  });
}

/** The ways of foreign keys that stand. */
export async function listWays(session: Session): Promise<Way[]> {
  const { rows } = await session.query<{ from: string; to: string }>(
    `SELECT conrelid AS from, confrelid AS to FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conparentid = 0`,
  );
  return rows;
}

/**
 * The loads of the wanted tables and of all that their foreign keys lead to, with what becomes of the others. Throws
 * `usage` for a name that no table with rows has, with the names that are most like it.
 */
export function chooseLoads<Data extends RowSource>(
  found: readonly Load<Data>[],
  tables: readonly TableFacts[],
  { names, ways }: Choice,
): { loads: Load<Data>[]; skipped: Skipped[]; warnings: Warning[] } {
  const asked = names.map((name) => findWanted(name, found, tables));
  const reached = reach(asked, tables, ways);
  const isLoaded = ({ table }: Load<Data>): boolean =>
    reached.has(table.oid) ||
    // Partitions without files of their own get their rows by that of the whole.
    tables.some(
      ({ oid, roots }) =>
        reached.has(oid) && roots.includes(table.oid) && !found.some((load) => load.table.oid === oid),
    );
  const loads = found.filter(isLoaded);
  const withAsked = reach(asked, tables, []);
  const added = loads.filter(({ table }) => !withAsked.has(table.oid)).map(({ table }) => nameOf(table));
  return {
    loads,
    skipped: found
      .filter((load) => !loads.includes(load))
      .map(({ table }) => ({ what: 'rows', name: nameOf(table), reason: 'it was not asked for' })),
    warnings:
      added.length === 0
        ? []
        : [
            {
              code: 'tables_added',
              message: `Foreign keys of the chosen tables lead to ${added.join(', ')}: loaded too.`,
            },
          ],
  };
}

function findWanted(
  name: string,
  found: readonly Load<RowSource>[],
  tables: readonly TableFacts[],
): TableFacts {
  const named = tables.filter((table) => table.name === name || nameOf(table) === name);
  const table = named.find(({ schema }) => schema === 'public') ?? named[0];
  if (table !== undefined && named.length > 1 && table.schema !== 'public') {
    throw new RockpoolError('usage', `${name} could be any of ${named.map(nameOf).join(', ')}.`, {
      hint: 'Name the schema too, as in schema.table.',
      detail: { table: name },
    });
  }
  const hasRows = found.some(
    (load) =>
      load.table.oid === table?.oid ||
      load.table.roots.includes(table?.oid ?? '') ||
      table?.roots.includes(load.table.oid),
  );
  if (table !== undefined && hasRows) return table;
  const all = found.map((load) => nameOf(load.table)).sort();
  const near = nearNames(name, all);
  const shown = all.slice(0, 20).join(', ');
  throw new RockpoolError(
    'usage',
    table === undefined
      ? `The dataset has no table ${name}.`
      : `The dataset has no rows for the table ${nameOf(table)}.`,
    {
      hint:
        near.length > 0
          ? `Is it ${near.join(' or ')}?`
          : `There are rows for ${shown}${all.length > 20 ? ` and ${all.length - 20} more` : ''}.`,
      detail: { table: name },
    },
  );
}

// A partitioned table comes with its partitions, and a partition has the foreign keys of what it is a part of.
function reach(
  asked: readonly TableFacts[],
  tables: readonly TableFacts[],
  ways: readonly Way[],
): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = asked.map(({ oid }) => oid);
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (reached.has(oid)) continue;
    reached.add(oid);
    const roots = tables.find((table) => table.oid === oid)?.roots ?? [];
    waiting.push(...tables.filter((table) => table.roots.includes(oid)).map((leaf) => leaf.oid));
    waiting.push(...ways.filter(({ from }) => from === oid || roots.includes(from)).map(({ to }) => to));
  }
  return reached;
}
