import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listArchives } from '../../../electron/archives/archive.ts';
import { type PullOptions, pullPublication } from '../../../electron/archives/pull.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import type { Core } from '../../../electron/state/core.ts';
import { makeCore } from '../../support/core.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish } from '../../support/published.ts';

// Of the faults of `faults.test.ts` a folder knows none that is a way's: there is nothing between that resets, stalls,
// answers with a status, redirects, signs in or ignores ranges (D1, D3, D6, D9, D10, D11). What it has instead is a
// person, or a sync, who changes files at any moment.

const quick: PullOptions = { keepFreeBytes: 0, retryDelayMs: 1, idleTimeoutMs: 2_000 };
const table = 'table-public.person.csv';
const rows = `id,name\n${'12345,somebody\n'.repeat(400_000)}`;
const files = { 'schema-public.sql': 'CREATE TABLE public.person (id int, name text);\n', [table]: rows };

type Change = (path: string) => void;

const changes: readonly (readonly [string, Change])[] = [
  ['shrinks', (path) => truncateSync(path, 100_001)],
  ['is emptied', (path) => truncateSync(path, 0)],
  ['grows', (path) => appendFileSync(path, '6,late\n')],
  ['is written anew with as many bytes', (path) => writeFileSync(path, rows.toUpperCase())],
  [
    'is replaced by another',
    (path) => {
      writeFileSync(`${path}.new`, rows.toUpperCase());
      renameSync(`${path}.new`, path);
    },
  ],
  ['is removed', (path) => rmSync(path)],
  ['goes with its folder', (path) => rmSync(join(path, '..'), { recursive: true })],
];

const kinds: readonly (readonly [string, Change])[] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe that nobody writes to', (path) => void execFileSync('mkfifo', [path])],
  ['a link to another file', (path) => symlinkSync('/etc/passwd', path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
];

/** Nothing is in the cache but whole files under their hash, and no archive of what did not come. */
function expectNothingBad(core: Core): void {
  expect(listArchives(core)).toEqual([]);
  const entries = readdirSync(core.paths.cache, { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of entries.filter((one) => one.isFile() && !one.name.endsWith('.jsonl'))) {
    const bytes = readFileSync(join(parentPath, name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
  }
}

async function pullAgain(core: Core, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  publish(folder, files);
  const archive = await pullPublication(core, await openFolder(folder).publication(null, 'latest'), quick);
  const sums = archive.files.map(({ sha256 }) => sha256);
  expect(sums).toEqual(
    Object.values(files).map((content) => createHash('sha256').update(content).digest('hex')),
  );
}

describe('a pull from a folder of which one file', () => {
  it.each([
    ...changes,
    ...kinds.map(
      ([what, change]) =>
        [
          `becomes ${what}`,
          (path: string) => {
            rmSync(path);
            change(path);
          },
        ] as const,
    ),
  ])('%s after it was listed ends with source_changed and nothing bad (D5)', async (_what, change) => {
    using home = makeCore();
    using root = makeFolder();
    const folder = publish(join(root.path, 'wf'), files);
    const publication = await openFolder(folder).publication(null, 'latest');
    change(join(folder, table));
    await expect(pullPublication(home.core, publication, quick)).rejects.toMatchObject({
      code: 'source_changed',
      hint: expect.any(String),
    });
    expectNothingBad(home.core);
    await pullAgain(home.core, folder);
  });

  it.each(changes)(
    '%s while it is read ends with source_changed and nothing bad (D5)',
    async (_what, change) => {
      using home = makeCore();
      using root = makeFolder();
      const folder = publish(join(root.path, 'wf'), files);
      let seen = 0;
      const progress = {
        describe: () => undefined,
        setTotal: () => undefined,
        add: ({ bytes = 0 }) => {
          const isFirst = seen <= 500_000 && seen + bytes > 500_000;
          seen += bytes;
          if (isFirst) change(join(folder, table));
        },
      };
      const publication = await openFolder(folder).publication(null, 'latest');
      await expect(pullPublication(home.core, publication, { ...quick, progress })).rejects.toMatchObject({
        code: 'source_changed',
      });
      expect(seen).toBeGreaterThan(500_000);
      expectNothingBad(home.core);
      await pullAgain(home.core, folder);
    },
  );

  it.each(kinds.filter(([what]) => what !== 'a folder'))(
    'is %s from the beginning is refused before anything is read',
    async (_what, change) => {
      using root = makeFolder();
      const folder = publish(join(root.path, 'wf'), { 'schema-public.sql': files['schema-public.sql'] });
      change(join(folder, table));
      await expect(openFolder(folder).publication(null, 'latest')).rejects.toMatchObject({
        code: 'unsafe_name',
      });
    },
  );
});
