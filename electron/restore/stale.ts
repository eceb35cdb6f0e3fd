import { sqlState } from '../sql/errors.ts';
import { type QualifiedName, quoteQualified } from '../sql/quote.ts';
import type { Meter } from './effort.ts';
import type { ReloadResult } from './reloadrequest.ts';
import { isSessionGone, type Worker } from './worker.ts';

/**
 * Fills materialized views anew, in the order given; each is `cost` of the work. One that cannot be filled is emptied,
 * with a warning: its old rows would be of another revision.
 */
export async function refreshStale(
  worker: Worker,
  views: readonly QualifiedName[],
  cost: number,
  meter: Meter,
  { warnings }: Pick<ReloadResult, 'warnings'>,
): Promise<void> {
  for (const view of views) {
    const name = `${view.schema}.${view.name}`;
    const sql = `REFRESH MATERIALIZED VIEW ${quoteQualified(view)}`;
    meter.describe(`Filling ${name}`);
    try {
      await worker.runOurs(`filling ${name}`, sql);
    } catch (error) {
      if (isSessionGone(error)) throw error;
      await worker.runOurs(`emptying ${name}`, `${sql} WITH NO DATA`);
      warnings.push({
        code: 'view_not_filled',
        message: `The materialized view ${name} could not be filled (SQLSTATE ${sqlState(error)}); it stays empty.`,
      });
    }
    meter.done(cost);
  }
}
