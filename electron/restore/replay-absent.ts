import type { Skipped } from '../contract/report.ts';
import { insertTarget } from '../sql/insert-target.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { dependsOn } from './absent.ts';
import { isMissing } from './define.ts';
import { firstSettings } from './settings.ts';

/** Reports a definition that failed because it needs something that was left out on purpose. Returns false for any other. */
export function leaveDependent(
  statement: SqlStatement,
  { what, name, roles }: { readonly what: string; readonly name: string; readonly roles: readonly string[] },
  error: unknown,
  skipped: Skipped[],
): boolean {
  const rest = {
    phase: 'define',
    table: null,
    makes: null,
    notValid: false,
    settings: firstSettings,
  } as const;
  const one = dependsOn({ planned: { ...rest, statement, what, name, roles }, error }, skipped);
  if (one !== null) skipped.push(one);
  return one !== null;
}

/**
 * Reports rows for a table that was left out. Returns false for any others, and for what changes rows or takes them away:
 * that can be what makes them safe.
 */
export function leaveAbsentRows({ text, file, line }: SqlStatement, skipped: Skipped[]): boolean {
  const target = insertTarget(text.replace(/^copy\s+/i, 'insert into '));
  if (target === null) return false;
  const names = [target.table, `${target.schema ?? 'public'}.${target.table}`];
  if (!skipped.some(({ what, name }) => what === 'table' && names.includes(name))) return false;
  const reason = `line ${line} of ${file} is for a table that was left out`;
  skipped.push({ what: 'rows', name: target.table, reason });
  return true;
}

/**
 * True for a DROP of what is not there. One of several objects drops none of them, here as in psql, unless the missing one
 * is missing here alone.
 */
export function isDropOfNothing(
  { text }: SqlStatement,
  error: unknown,
  skipped: readonly Skipped[],
): boolean {
  if (!/^drop\b/i.test(text) || !isMissing(error)) return false;
  const isOnlyHere = skipped.some(
    ({ what }) => what === 'table' || what === 'extension' || what === 'function',
  );
  return !(text.includes(',') && isOnlyHere);
}
