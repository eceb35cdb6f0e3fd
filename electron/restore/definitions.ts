import { leaveOut } from './absent.ts';
import { defineInRounds, type Failed, isMissing, sayFailure } from './define.ts';
import { effort } from './effort.ts';
import type { Filling } from './filling.ts';
import { doubled } from './late.ts';
import type { PlannedStatement } from './plan.ts';
import { sayReadError } from './rowerrors.ts';
import type { Worker } from './worker.ts';

/**
 * Makes all that has to stand before rows can come. Returns what has to wait for keys, such as a view that groups by
 * one, and the tables that are left out because they depend on something that was. Throws `schema_missing` where a table
 * cannot be made for any other reason.
 */
export async function defineSchema(
  worker: Worker,
  { plan, report, meter }: Filling,
): Promise<{ postponed: PlannedStatement[]; left: Failed[] }> {
  const { define, matview, data } = plan.statements;
  const on = {
    done: () => meter.done(effort.statement),
    double: (planned: PlannedStatement) => {
      meter.done(effort.statement);
      report.skipped.push(doubled(planned));
    },
  };
  const failed = await defineInRounds(worker, [...define, ...matview], on);
  const left = failed.filter(({ planned }) => planned.what === 'table');
  for (const one of left) {
    if (!leaveOut(one, report.skipped)) throw sayFailure(one, missingExtensionHint(report.warnings));
  }
  for (const planned of data) await addRows(worker, planned);
  return { left, postponed: failed.filter((one) => !left.includes(one)).map(({ planned }) => planned) };
}

// Rows in a script are rare: seeds in a schema file that somebody wrote. Their text is not repeated (faults F5).
async function addRows(worker: Worker, planned: PlannedStatement): Promise<void> {
  try {
    await worker.run(planned);
  } catch (error) {
    if (isMissing(error)) throw sayFailure({ planned, error });
    const { file, line } = planned.statement;
    throw sayReadError(error, `The statement in line ${line} of ${file}`, { file, line });
  }
}

function missingExtensionHint(warnings: readonly { code: string; message: string }[]): string | undefined {
  return warnings.find(({ code }) => code === 'extension_missing')?.message;
}
