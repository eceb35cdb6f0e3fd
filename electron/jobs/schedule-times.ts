import { Cron } from 'croner';
import { DateTime, IANAZone } from 'luxon';
import { RockpoolError } from '../contract/errors.ts';
import type { NextRun, Schedule } from '../contract/schedule.ts';

/** When something is done: again and again, or once. */
export interface Times {
  readonly cron: string | null;
  readonly once: string | null;
  readonly zone: string;
}

/**
 * Reads a crontab expression of five fields, or a date with a time; without an offset that is one of `zone`. Throws
 * `schedule_invalid` for what never comes, and for a time that a change of clocks leaves out.
 */
export function readTimes(when: string, zone: string, now: Date): Times {
  if (!IANAZone.isValidZone(zone))
    throw invalid(when, `${zone} is no time zone`, 'Name one such as Europe/Berlin, or UTC.');
  const text = when.trim();
  const times = /^\d{4}-\d{2}-\d{2}/.test(text) ? onceAt(text, zone) : repeated(text, zone);
  if (nextRuns(times, now, 1).length === 0)
    throw invalid(when, 'that time never comes', 'Name a time in the future.');
  return times;
}

function repeated(text: string, zone: string): Times {
  try {
    new Cron(text, { timezone: zone, mode: '5-part', paused: true });
  } catch (error) {
    const problem =
      error instanceof Error ? error.message.replace(/^Cron\w+: /, '').replace(/\.$/, '') : 'it is not valid';
    throw invalid(
      text,
      problem,
      'Write minute, hour, day of the month, month and day of the week: "0 7 * * 1-5" is 7:00 on workdays. Or a date: 2026-11-30T08:55Z.',
    );
  }
  return { cron: text, once: null, zone };
}

function onceAt(text: string, zone: string): Times {
  const iso = text.replace(' ', 'T');
  const parsed = DateTime.fromISO(iso, { zone });
  const hint = 'Write 2026-11-30T08:55Z, or a time of the zone without Z.';
  if (!parsed.isValid) throw invalid(text, parsed.invalidExplanation ?? 'it is no date with a time', hint);
  const hasOffset = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(iso.slice(10));
  // Luxon moves a time that clocks leave out to one that they show.
  const shown = /T(\d{2}):?(\d{2})/.exec(iso);
  const isSkipped =
    shown !== null && (parsed.hour !== Number(shown[1]) || parsed.minute !== Number(shown[2]));
  if (!hasOffset && isSkipped) {
    throw invalid(
      text,
      `clocks in ${zone} leave that time out`,
      'Choose another, or write it in UTC with a Z.',
    );
  }
  return { cron: null, once: parsed.toUTC().toJSDate().toISOString(), zone };
}

/** The next times after `from`, at most `count`. A time in the gap of a change of clocks comes right after the gap. */
export function nextRuns({ cron, once, zone }: Times, from: Date, count: number): Date[] {
  if (cron === null) return once !== null && new Date(once) > from ? [new Date(once)] : [];
  return new Cron(cron, { timezone: zone, mode: '5-part', paused: true }).nextRuns(count, from);
}

/** Times that have come since the last one that was done, or since the schedule was made: how many, first and last. */
export function dueRuns(schedule: Schedule, now: Date): { count: number; first: Date; last: Date } | null {
  let from = new Date(schedule.last?.dueAt ?? schedule.createdAt);
  const due = { count: 0, first: from, last: from };
  // Most looks find nothing; but a schedule of each minute has 10,080 times in a week of sleep.
  for (let batch = 1; ; batch = 200) {
    const times = nextRuns(schedule, from, batch);
    for (const time of times) {
      if (time > now) return due.count === 0 ? null : due;
      if (due.count === 0) due.first = time;
      due.count += 1;
      due.last = time;
    }
    const last = times.at(-1);
    if (last === undefined) return due.count === 0 ? null : due;
    from = last;
  }
}

/** A time in UTC, and as clocks of `zone` show it. */
export function asNextRun(at: Date, zone: string): NextRun {
  const local = DateTime.fromJSDate(at, { zone }).toFormat("yyyy-MM-dd HH:mm 'UTC'ZZ");
  return { at: at.toISOString(), local };
}

/** The zone of this machine. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function invalid(when: string, problem: string, hint: string): RockpoolError {
  return new RockpoolError('schedule_invalid', `${JSON.stringify(when)} cannot be scheduled: ${problem}.`, {
    hint,
    detail: { when },
  });
}
