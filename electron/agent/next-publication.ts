import { nextRuns } from '../jobs/schedule-times.ts';

// Airflow's words for schedules (airflow.apache.org, "Cron Presets").
const presets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@quarterly': '0 0 1 */3 *',
  '@yearly': '0 0 1 1 *',
};

const known = new Map<string, number>();

/** When a workflow of this schedule begins next, which Airflow reads in UTC; null where that cannot be told. */
export function nextPublication(schedule: string | null, now = new Date()): string | null {
  if (schedule === null) return null;
  const present = known.get(schedule);
  if (present !== undefined && present > now.getTime()) return new Date(present).toISOString();
  const text = schedule.trim();
  try {
    const [next] = nextRuns({ cron: presets[text] ?? text, once: null, zone: 'UTC' }, now, 1);
    if (next === undefined) return null;
    known.set(schedule, next.getTime());
    return next.toISOString();
  } catch {
    // `@once`, `None`, or a word of another system.
    return null;
  }
}
