import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeOfValue } from '../../../electron/archives/types.ts';
import { connect, type Session } from '../../../electron/sql/connect.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { full } from '../../support/skip.ts';

/** Texts near the borders of what the types take. */
const value = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.stringMatching(/^[-+]?[0-9]{1,25}(\.[0-9]{1,10})?(e[0-9])?$/),
  fc.stringMatching(/^[0-9]{4}-[01][0-9]-[0-3][0-9]$/),
  fc.stringMatching(
    /^[0-9]{4}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,7})?(Z|[+-][01][0-9](:?[0-6][0-9])?)?$/,
  ),
  fc.stringMatching(/^[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  fc.json({ maxDepth: 3 }),
  fc.json({ maxDepth: 3 }).map((text) => text.replaceAll(',', ', ').replaceAll(':', ': ')),
  fc.stringMatching(/^[[{]("\\u[0-9a-f]{4}"|"a": ?1|,|1|[\]}]){1,5}$/),
  fc.constantFrom('t', 'f', 'true', 'false', 'T', 'on', '-0', '0001-01-01', '9999-12-31', '[]', '{}'),
);

describe('an inferred type', () => {
  let postgres: TestPostgres;
  let session: Session;
  beforeAll(async () => {
    postgres = await startPostgres();
    session = await connect(postgres.server.admin);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
  });

  it('takes its value, as PostgreSQL itself says, and loses nothing of it', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        const type = typeOfValue(text);
        seen.set(type, (seen.get(type) ?? 0) + 1);
        if (type === 'text') return;
        const read =
          type === 'timestamptz'
            ? 'floor(extract(epoch FROM $1::text::timestamptz) * 1000)::text'
            : `$1::text::${type}::text`;
        const { rows } = await session.query<{ kept: string }>(`SELECT ${read} AS kept`, [text]);
        const kept = rows[0]?.kept;
        const exact = ['integer', 'bigint', 'numeric', 'date', 'uuid', 'json', 'jsonb'];
        if (type === 'jsonb') expect(JSON.parse(String(kept))).toEqual(JSON.parse(text));
        else if (exact.includes(type)) expect(kept).toBe(text);
        else if (type === 'timestamptz') expect(Number(kept)).toBe(Date.parse(asIso(text)));
        else expect(kept).not.toBeNull();
      }),
      { numRuns: full ? 20_000 : 2_000 },
    );
    // A generator that never comes near a type would prove nothing about it.
    const types = [
      'boolean',
      'integer',
      'bigint',
      'numeric',
      'date',
      'timestamp',
      'timestamptz',
      'uuid',
      'json',
      'jsonb',
    ];
    expect(types.filter((type) => !seen.has(type))).toEqual([]);
  });
});

function asIso(text: string): string {
  return text
    .replace(' ', 'T')
    .replace(/([+-]\d{2}):?(\d{2})?$/, (_, hours, minutes) => `${hours}:${minutes ?? '00'}`);
}
