import type { Skipped } from '../contract/report.ts';
import type { QualifiedName } from '../sql/quote.ts';
import { accountFor } from './accounted.ts';
import type { TableFacts } from './catalog.ts';
import { type Failed, isMissing } from './define.ts';
import { nameOf } from './match.ts';
import { tableOf } from './plan.ts';

// Kinds that are left out on purpose and that others can stand on.
const bases = new Set([
  'extension',
  'function',
  'language',
  'foreign table',
  'foreign server',
  'access method',
  'operator class',
  'operator family',
  'transform',
]);
const depends = 'it depends on ';

/**
 * How a statement is reported that cannot be run because something was left out on purpose, by itself or by way of others
 * that were left out for it; null where nothing of the kind was left out, or the statement failed otherwise.
 */
export function dependsOn({ planned, error }: Failed, skipped: readonly Skipped[]): Skipped | null {
  const hasBase = skipped.some(({ what, reason }) => bases.has(what) || reason.startsWith(depends));
  if (!hasBase || !isMissing(error) || !(error instanceof Error)) return null;
  const { what, table, name } = planned;
  const missing = /^(.{1,200}?) does not exist/.exec(error.message)?.[1]?.replaceAll('"', '');
  const extensions = skipped.filter((one) => one.what === 'extension').map((one) => one.name);
  const of = extensions.length === 0 ? '' : `; left out: the extension ${extensions.join(', ')}`;
  const title = name !== '' || table === null ? name : `${table.schema ?? ''}.${table.name}`;
  return { what, name: title, reason: `${depends}${missing ?? 'what was left out'}${of}` };
}

/** Adds what depends on something left out to the report, each thing once. Returns false where it is no such thing. */
export function leaveOut(failed: Failed, skipped: Skipped[]): boolean {
  const one = dependsOn(failed, skipped);
  if (one === null) return false;
  accountFor(failed.planned);
  if (!skipped.some(({ what, name }) => what === one.what && name === one.name)) skipped.push(one);
  return true;
}

/** The tables of statements that were left out and that are not there. */
export function absentTables(left: readonly Failed[], tables: readonly TableFacts[]): QualifiedName[] {
  const exists = (name: QualifiedName): boolean => tables.some((table) => nameOf(table) === nameOf(name));
  return left.flatMap(({ planned }) => {
    const name = planned.what === 'table' ? tableOf(planned, exists) : null;
    return name === null || exists(name) ? [] : [name];
  });
}

/** Takes out the rows of tables that are not there, and reports them. */
export function leaveRows<One extends { readonly schema: string | null; readonly table: string }>(
  data: readonly One[],
  absent: readonly QualifiedName[],
  skipped: Skipped[],
): One[] {
  return data.filter(({ schema, table }) => {
    const found = absent.find((one) => one.name === table && (schema === null || one.schema === schema));
    if (found === undefined) return true;
    skipped.push({ what: 'rows', name: nameOf(found), reason: `${depends}the table, which was left out` });
    return false;
  });
}
