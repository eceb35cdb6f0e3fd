import { extname } from 'node:path';
import type { CsvError } from 'csv-parse/sync';
import { z } from 'zod';
import { ParameterValues } from '../contract/demo.ts';
import { RockpoolError } from '../contract/errors.ts';
import { requireProfileName } from './demo.ts';
import type { StoredProfile } from './records.ts';

/** The formats in which profiles are exchanged. JSON is `{"NAME":{"key":"value"}}`; CSV has a row a profile. */
export type ExchangeFormat = 'json' | 'csv';

const Profiles = z.record(z.string(), ParameterValues);

/** The format that a file's name tells: CSV by its ending, else JSON. */
export function formatOf(file: string): ExchangeFormat {
  return extname(file).toLowerCase() === '.csv' ? 'csv' : 'json';
}

/** Writes profiles down. In CSV an absent value is an empty field without quotes and an empty one is `""`. */
export function writeProfiles(profiles: readonly StoredProfile[], format: ExchangeFormat): string {
  if (format === 'json') {
    return `${JSON.stringify(Object.fromEntries(profiles.map(({ name, values }) => [name, values])), null, 2)}\n`;
  }
  const names = [...new Set(profiles.flatMap(({ values }) => Object.keys(values)))];
  const rows = profiles.map(({ name, values }) => [
    quote(name),
    ...names.map((key) => (Object.hasOwn(values, key) ? quote(values[key] ?? '') : '')),
  ]);
  return [['profile', ...names].map(quote), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Reads profiles that were written so, or by a spreadsheet. Throws `format_unknown`, `csv_invalid`, `name_invalid`. */
export async function readProfiles(text: string, format: ExchangeFormat): Promise<StoredProfile[]> {
  const profiles = format === 'json' ? readJson(text) : await readCsv(text);
  for (const { name } of profiles) requireProfileName(name);
  return profiles;
}

function readJson(text: string): StoredProfile[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    parsed = null;
  }
  const profiles = Profiles.safeParse(parsed);
  if (profiles.success) return Object.entries(profiles.data).map(([name, values]) => ({ name, values }));
  const [issue] = profiles.error.issues;
  throw new RockpoolError('format_unknown', 'The file holds no profiles in JSON.', {
    hint: 'Write {"NAME": {"parameter": "value"}}; all values are texts.',
    detail: { at: issue?.path.join('.') ?? '' },
  });
}

interface Field {
  readonly text: string;
  readonly quoted: boolean;
}

async function readCsv(text: string): Promise<StoredProfile[]> {
  const [head, ...rows] = await parseRows(text);
  const names = head?.map((field) => field.text) ?? [];
  if (names[0] !== 'profile' || new Set(names).size !== names.length) {
    throw new RockpoolError(
      'csv_header_missing',
      'The first row has to name the columns: profile, then each parameter once.',
      {
        hint: 'Export a profile to see how it is written.',
      },
    );
  }
  return rows.map((row) => {
    const pairs = row.slice(1).map((field, index) => [names[index + 1] ?? '', field] as const);
    const present = pairs.filter(([, field]) => field.text !== '' || field.quoted);
    return {
      name: row[0]?.text ?? '',
      values: Object.fromEntries(present.map(([key, field]) => [key, field.text])),
    };
  });
}

async function parseRows(text: string): Promise<Field[][]> {
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, {
      bom: true,
      skip_empty_lines: true,
      cast: (value, { quoting }): unknown => ({ text: value, quoted: quoting }),
    }) as unknown as Field[][];
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number };
    throw new RockpoolError(
      'csv_invalid',
      `The file is no valid CSV${lines === undefined ? '' : ` in line ${lines}`}.`,
      {
        hint: 'Each row has as many fields as the first; a field with a comma, a quote or a line break stands in quotes.',
        detail: { line: lines ?? null },
      },
    );
  }
}
