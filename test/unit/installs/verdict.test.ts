import { describe, expect, it } from 'vitest';
import type { Archive } from '../../../electron/archives/archive.ts';
import { contentRevision, isAsListed } from '../../../electron/archives/identity.ts';
import type { FoundPublication } from '../../../electron/installs/find.ts';
import type { InstallRecord } from '../../../electron/installs/records.ts';
import { compareListed, requireTables } from '../../../electron/installs/verdict.ts';

const archive = (files: Record<string, string | null>, more: Partial<Archive> = {}): Archive => ({
  id: 'a',
  origin: 'o',
  dataset: 'd',
  revision: '3',
  publishedAt: null,
  pulledAt: new Date(0).toISOString(),
  files: Object.entries(files).map(([name, fingerprint]) => ({
    name,
    fingerprint,
    sha256: name.length.toString(16).padStart(64, '0'),
    sizeBytes: 1,
    checksum: null,
  })),
  ...more,
});
const publication = (
  files: Record<string, string | null>,
  more: Partial<FoundPublication> = {},
): FoundPublication => ({
  origin: 'o',
  dataset: 'd',
  revision: '3',
  publishedAt: null,
  files: Object.entries(files).map(([name, fingerprint]) => ({
    name,
    fingerprint,
    sizeBytes: null,
    lineCount: async () => null,
    open: () => Promise.reject(new Error('nobody opens it')),
  })),
  confirm: async () => undefined,
  ...more,
});
const install = { name: 'acme', revision: '3' } as InstallRecord;
const [a, b] = ['table-public.a.csv', 'table-public.b.csv'];

describe('what is listed', () => {
  it.each([
    ['the same tags', { [a]: 'x' }, {}, 'same'],
    ['another tag under the same revision', { [a]: 'y' }, {}, 'unproven'],
    ['nothing that tells its content', { [a]: null }, {}, 'unproven'],
    ['one file more under the same revision', { [a]: 'x', [b]: 'x' }, {}, 'unproven'],
    ['another revision', { [a]: 'x' }, { revision: '4' }, 'newer'],
    [
      'another name of a place that is overwritten, with the same tags',
      { [a]: 'x' },
      { revision: '4', inPlace: true },
      'same',
    ],
  ] as const)('with %s', (_what, files, more, verdict) => {
    expect(compareListed(install, archive({ [a]: 'x' }), publication(files, more))).toBe(verdict);
  });

  it('by names and lengths alone is never the same', () => {
    const before = archive({ [a]: null }, { revision: 'c0', listing: '3' });
    const listed = publication({ [a]: null }, { namedByContent: true });
    expect(isAsListed(before, listed)).toBe(false);
    expect(compareListed(install, before, listed)).toBe('unproven');
    expect(compareListed(install, before, { ...listed, revision: '4' })).toBe('newer');
    expect(compareListed(install, before, { ...listed, expected: 'c0' })).toBe('same');
    expect(compareListed(install, null, listed)).toBe('unproven');
  });
});

describe('tables that are missing', () => {
  const before = archive({ [a]: null, [b]: null, 'schema-public.sql': null });
  const missing =
    (names: readonly string[], gone: readonly string[], inPlace = true) =>
    () =>
      requireTables(
        install,
        before,
        publication(Object.fromEntries(names.map((name) => [name, null])), { inPlace }),
        gone,
      );

  it('are named, with the definitions, unless they are meant', () => {
    expect(missing([a, b, 'schema-public.sql'], [])).not.toThrow();
    expect(missing([a], [])).toThrowError(
      expect.objectContaining({
        code: 'tables_missing',
        message: expect.stringContaining('public.b, schema-public.sql are'),
        hint: expect.stringContaining('--gone public.b,schema-public.sql'),
      }),
    );
    expect(missing([a], ['public.b'])).toThrowError(/^schema-public\.sql is/);
    expect(missing([a], ['public.b', 'schema-public.sql'])).not.toThrow();
    expect(missing([a], ['all'])).not.toThrow();
  });

  it('of a revision of its own are its publisher’s choice', () => {
    expect(missing([a], [], false)).not.toThrow();
  });
});

it('a revision that content makes is the same in any order, and another with another name or content', () => {
  const one = { name: 'a', sha256: '1' };
  const other = { name: 'b', sha256: '2' };
  expect(contentRevision([one, other])).toBe(contentRevision([other, one]));
  expect(contentRevision([one, other])).not.toBe(contentRevision([{ ...one, sha256: '2' }, other]));
  expect(contentRevision([one])).not.toBe(contentRevision([{ ...one, name: 'b' }]));
  expect(contentRevision([one])).toMatch(/^[0-9a-f]{12}$/);
});
