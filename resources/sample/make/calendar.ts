import type { Random } from './random.ts';

/** An hour. */
export const HOUR_MS = 3_600_000;

/** A day. */
export const DAY_MS = 24 * HOUR_MS;

/** The day on which the company opened its doors. */
export const LAUNCHED_AT = Date.UTC(2023, 1, 6, 8);

/** When each revision was exported, by its number: two Tuesday evenings, a week apart. */
export const EXPORTED_AT = { 1: Date.UTC(2026, 5, 23, 22), 2: Date.UTC(2026, 5, 30, 22) } as const;

/** The number of a revision of the sample. */
export type Revision = keyof typeof EXPORTED_AT;

/** Nothing outside the tables `tasks`, `comments` and `events` happens after this moment. */
export const SETTLED_AT = EXPORTED_AT[1];

/** The moment at which all that is told ends. */
export const ENDED_AT = EXPORTED_AT[2];

// Sunday first, as Date counts
const WEEKDAYS = [0.05, 1, 0.97, 0.95, 0.9, 0.68, 0.07];
const HOURS = [
  0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.06, 0.25, 0.7, 1, 0.98, 0.85, 0.5, 0.7, 0.92, 0.9, 0.8, 0.5, 0.2, 0.1,
  0.09, 0.07, 0.04, 0.02,
];

/** A moment from `from` to `until` at which people in an office `utcOffset` hours east of Greenwich tend to work. */
export function workingMoment(random: Random, from: number, until: number, utcOffset: number): number {
  let moment = from;
  for (let tries = 0; tries < 80; tries += 1) {
    moment = Math.floor(from + random.next() * (until - from));
    const local = new Date(moment + utcOffset * HOUR_MS);
    if (random.chance((WEEKDAYS[local.getUTCDay()] ?? 0) * (HOURS[local.getUTCHours()] ?? 0))) break;
  }
  return moment;
}

/** A moment from `from` to `until`, more likely a late one, as in a business that grows steadily. */
export function growingMoment(random: Random, from: number, until: number): number {
  // a few from the first day on, the others in growing numbers; a square root is exact, a logarithm is not
  const share = random.chance(0.2) ? random.next() : Math.sqrt(random.next());
  return Math.floor(from + share * (until - from));
}

/** Midnight (UTC) of the first day of the month `months` after that of `moment`. */
export function firstOfMonth(moment: number, months = 0): number {
  const date = new Date(moment);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The month of `moment` as it stands on an invoice: `June 2026`. */
export function monthName(moment: number): string {
  const date = new Date(moment);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
