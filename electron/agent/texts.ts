import { z } from 'zod';
import { redact } from '../state/redact.ts';

const longestLine = 2000;
const mostLines = 500;
const furtherRead = 4096;

/** One text of an agent's answer: of any type, cut to `longest` characters, without secrets; null where there is none. */
export function textOf(value: unknown, longest = longestLine): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return null;
  // Redacted before it is cut, since half a secret looks like none; of a text without an end only the beginning is read.
  const text = redact(value.slice(0, longest + furtherRead))
    .slice(0, longest)
    .trim();
  return text === '' ? null : text;
}

/** A time of an agent's answer as ISO UTC; null where it is none. */
export function timeOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0
    ? null
    : date.toISOString();
}

// Of an object no more than these is taken: what else stands in it may be a secret.
const Named = z.object({
  schema: z.string().nullish().catch(null),
  table: z.string().nullish().catch(null),
  name: z.string().nullish().catch(null),
  url: z.string().nullish().catch(null),
  rows: z.number().nullish().catch(null),
});

/** What an agent lists: a text, several, or things with names; a number or `true` stands for itself. */
export function linesOf(value: unknown): string[] {
  if (value === null || value === undefined || value === false || value === '' || value === 0) return [];
  const each = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [value];
  return each
    .slice(0, mostLines)
    .map((one) => (typeof one === 'object' && one !== null ? nameOf(one) : textOf(one)))
    .filter((line) => line !== null);
}

function nameOf(value: object): string | null {
  const named = Named.safeParse(value);
  if (!named.success) return null;
  const { schema, table, name, url, rows } = named.data;
  const called = table ?? name ?? url;
  if (called == null) return null;
  const whole = schema == null || table == null ? called : `${schema}.${table}`;
  return textOf(rows == null ? whole : `${whole}: ${rows.toLocaleString('en-US')} rows`);
}
