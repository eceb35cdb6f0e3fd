import type { Skipped, Warning } from '../contract/report.ts';
import { sqlState } from '../sql/errors.ts';
import { type QualifiedName, quoteQualified } from '../sql/quote.ts';
import { leaveOut } from './absent.ts';
import { accountFor } from './accounted.ts';
import { listMaterializedViews } from './catalog.ts';
import { defineInRounds, type Failed, sayFailure } from './define.ts';
import { effort, type Meter } from './effort.ts';
import { nameOf } from './match.ts';
import { type PlannedName, type PlannedStatement, tableOf } from './plan.ts';
import { isSessionGone, type Worker } from './worker.ts';

interface Report {
  readonly skipped: Skipped[];
  readonly warnings: Warning[];
}

/**
 * Fills materialized views, each after those that it reads: all, or those that are `wanted`. One that cannot be filled
 * stays empty, with a warning.
 */
export async function refreshViews(
  worker: Worker,
  wanted: readonly PlannedName[] | null,
  cost: number,
  meter: Meter,
  report: Report,
): Promise<void> {
  await worker.clear();
  const views = await listMaterializedViews(worker.session);
  const exists = (name: QualifiedName): boolean => views.some((view) => nameOf(view) === nameOf(name));
  const names = new Set(wanted?.map((one) => tableOf(one, exists)).map((name) => name && nameOf(name)));
  for (const view of views) {
    if (wanted !== null && !names.has(nameOf(view))) continue;
    const name = `${view.schema}.${view.name}`;
    meter.describe(`Filling ${name}`);
    try {
      await worker.runOurs(`filling ${name}`, `REFRESH MATERIALIZED VIEW ${quoteQualified(view)}`);
    } catch (error) {
      if (isSessionGone(error)) throw error;
      report.warnings.push({
        code: 'view_not_filled',
        message: `The materialized view ${name} could not be filled (SQLSTATE ${sqlState(error)}); it stays empty.`,
      });
    }
  }
  meter.done(cost);
}

/**
 * Runs what comes after the rows: triggers, rules, policies, comments and what had to wait for a key. Policies for roles
 * that are not here are left out and reported; a comment that finds nothing is a warning.
 */
export async function runLate(
  worker: Worker,
  statements: readonly PlannedStatement[],
  meter: Meter,
  report: Report,
): Promise<void> {
  const roles = await listRoles(worker);
  const wanted = statements.filter((planned) => {
    const absent = planned.roles.filter((role) => !roles.has(role));
    if (absent.length === 0) return true;
    accountFor(planned);
    meter.done(effort.statement);
    report.skipped.push({
      what: planned.what,
      name: planned.name,
      reason: `the role ${absent.join(', ')} is not here`,
    });
    return false;
  });
  const left = await defineInRounds(worker, wanted, {
    done: () => meter.done(effort.statement),
    double: (planned) => {
      meter.done(effort.statement);
      report.skipped.push(doubled(planned));
    },
  });
  for (const failed of left) {
    meter.done(effort.statement);
    if (leaveOut(failed, report.skipped)) continue;
    if (failed.planned.what !== 'comment') throw sayFailure(failed);
    accountFor(failed.planned);
    report.warnings.push(lostComment(failed));
  }
}

/** Runs definitions that had to wait for keys, and returns those that still wait for something. */
export async function runPostponed(
  worker: Worker,
  statements: readonly PlannedStatement[],
  meter: Meter,
  report: Report,
): Promise<PlannedStatement[]> {
  const left = await defineInRounds(worker, statements, {
    done: () => meter.done(effort.statement),
    double: (planned) => {
      meter.done(effort.statement);
      report.skipped.push(doubled(planned));
    },
  });
  return left.map(({ planned }) => planned);
}

/** How something that is made twice is reported. */
export function doubled(planned: PlannedStatement): Skipped {
  const { what, name, statement } = planned;
  accountFor(planned);
  return { what, name, reason: `it is made twice; line ${statement.line} of ${statement.file} was left out` };
}

function lostComment({ planned, error }: Failed): Warning {
  const { file, line } = planned.statement;
  return {
    code: 'comment_left_out',
    message: `The comment in line ${line} of ${file} is on something that is not there (SQLSTATE ${sqlState(error)}).`,
  };
}

async function listRoles(worker: Worker): Promise<Set<string>> {
  await worker.clear();
  const { rows } = await worker.session.query<{ rolname: string }>('SELECT rolname FROM pg_catalog.pg_roles');
  return new Set(rows.map(({ rolname }) => rolname));
}
