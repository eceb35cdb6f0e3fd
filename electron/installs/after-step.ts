import type { StepPlan } from '../jobs/progress.ts';
import type { InstallOptions } from './records.ts';

/** The step of a job that runs a person's own SQL after the load, where there is some. */
export function afterStep({ after }: InstallOptions): StepPlan[] {
  return after === null ? [] : [{ key: 'after', title: `Run ${after.file}`, weight: 0.5 }];
}
