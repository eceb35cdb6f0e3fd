import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listArchives } from '../../../electron/archives/archive.ts';
import { objectPath } from '../../../electron/archives/cache.ts';
import type { InstallResult, Snapshot, UpdateResult } from '../../../electron/contract/install.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { countAt, queryAt } from '../../support/query.ts';
import { rockpoolError, rockpoolJson, sample, settle } from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';
import { onTestServer } from '../../support/test-server.ts';

let home: Home;
let workflow: string;
let url: string;

beforeAll(async () => {
  home = await makeHome();
  workflow = join(home.path, '..', 'tidewater');
  await cp(join(sample, '1'), join(workflow, '1'), { recursive: true });
  const installed = await rockpoolJson<InstallResult>(home, 'install', workflow, '--as', 'acme');
  url = installed.install.url;
});

afterAll(() => home[Symbol.asyncDispose]());

const update = (...args: string[]): Promise<UpdateResult> => rockpoolJson(home, 'update', 'acme', ...args);

describe('update', onTestServer, () => {
  it('does nothing where nothing newer is published', async () => {
    const result = await update();
    expect(result).toMatchObject({ changed: false, job: null, former: null });
    expect(result.report.reloaded).toEqual([]);
  });

  it('reloads only the tables whose rows changed, under the same URL, and counts what was done to the live', async () => {
    await cp(join(sample, '2'), join(workflow, '2'), { recursive: true });
    // Each run of pg_dump writes a word of its own, and with -v the time.
    const schema = join(workflow, '2', 'schema-accounts.sql');
    const dumped = `\\restrict abc123\n\n-- Started on 2026-03-01 02:00:00 UTC\n\n${await readFile(schema, 'utf8')}`;
    await writeFile(schema, `${dumped}\n\\unrestrict abc123\n`);
    await settle(home);
    await queryAt(url, "UPDATE accounts SET name = name || '!' WHERE id <= 3");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const result = await update();
    expect(result.changed).toBe(true);
    expect(result.install).toMatchObject({ revision: '2', url });
    expect(result.report.reloaded.toSorted()).toEqual(['public.comments', 'public.events', 'public.tasks']);
    expect(result.report.kept).toHaveLength(14);
    expect(result.former).toMatchObject({
      label: 'before update',
      edited: [{ schema: 'public', name: 'accounts', rows: 3 }],
    });
    expect(await countAt(url, 'events')).toBe(22_015);
    expect(result.install.rows).toBe(49_568);
    expect(await queryAt(url, "SELECT count(*)::int AS n FROM accounts WHERE name LIKE '%!'")).toEqual([
      { n: 0 },
    ]);
    expect((await update()).changed).toBe(false);
  });

  it('holds the same as an install of that revision from the start', async () => {
    const fresh = await rockpoolJson<InstallResult>(home, 'install', join(sample, '2'), '--as', 'fresh');
    expect(await fingerprint(url)).toEqual(await fingerprint(fresh.install.url));
    await rockpoolJson(home, 'remove', 'fresh');
  });

  it('keeps the former live for a while, and goes back to it with what was done', async () => {
    await settle(home);
    const { snapshots } = await rockpoolJson<{ snapshots: Snapshot[] }>(home, 'snapshot', 'list', 'acme');
    expect(snapshots).toMatchObject([
      { label: 'before update', revision: '1', expiresAt: expect.any(String) },
    ]);
    await rockpoolJson(home, 'snapshot', 'restore', 'acme', 'before update');
    expect(await queryAt(url, "SELECT count(*)::int AS n FROM accounts WHERE name LIKE '%!'")).toEqual([
      { n: 3 },
    ]);
    await settle(home);
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countAt(url, 'events')).toBe(21_595);
  });

  it('lets go of former lives and of what only they needed when their time is over', async () => {
    expect((await update('--to', '2')).install.revision).toBe('2');
    await settle(home);
    home.core.state.run(
      "UPDATE snapshots SET record = json_set(record, '$.expiresAt', '2020-01-01T00:00:00.000Z')",
    );
    await rockpoolJson(home, 'list');
    await settle(home);
    expect(await rockpoolJson(home, 'snapshot', 'list', 'acme')).toEqual({ snapshots: [] });
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 2,
      rp_own: 1,
      rp_pristine: 1,
      rp_read: 1,
      rp_spare: 1,
    });
  });

  it('restores all where the schema changed, and pulls again what is damaged in the cache by now (D16)', async () => {
    const file = listArchives(home.core)
      .flatMap(({ files }) => files)
      .find(({ name }) => name === 'table-accounts.csv');
    const cached = objectPath(home.core.paths, file?.sha256 ?? '');
    const intact = await readFile(cached);
    await writeFile(cached, Buffer.from(intact).fill('x', 100, 101));
    await cp(join(sample, '2'), join(workflow, '3'), { recursive: true });
    await appendFile(
      join(workflow, '3', 'schema-plans.sql'),
      '\nALTER TABLE public.plans ADD COLUMN hint text;\n',
    );
    const result = await update();
    expect(result.report.kept).toEqual([]);
    expect(result.report.reloaded).toHaveLength(17);
    expect(await queryAt(url, 'SELECT DISTINCT hint FROM plans')).toEqual([{ hint: null }]);
    expect(await readFile(cached)).toEqual(intact);
  });

  it('leaves the live as it is where the new revision is damaged', async () => {
    await settle(home);
    await cp(join(workflow, '3'), join(workflow, '4'), { recursive: true });
    const file = join(workflow, '4', 'table-labels.csv');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+,/m, 'not-a-number,'));
    const before = countByPrefix(await readServerState(home));
    const { code, error } = await rockpoolError(home, 'update', 'acme');
    expect(code).toBe(1);
    expect(error.code).toBe('load_failed');
    expect(await countAt(url, 'labels')).toBe(662);
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual(before);
  });

  it('says what is missing where the source is gone', async () => {
    await rm(workflow, { recursive: true });
    const { error } = await rockpoolError(home, 'update', 'acme');
    expect(error.code).toBe('source_unreachable');
    expect(await countAt(url, 'labels')).toBe(662);
  });
});

/** A hash over the rows of every table, and the definitions of all constraints, indexes and triggers. */
async function fingerprint(at: string): Promise<Record<string, unknown>> {
  const tables = await queryAt(
    at,
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const hashes: Record<string, unknown> = {};
  for (const { name } of tables) {
    const [row] = await queryAt(
      at,
      `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM public.${String(name)} t`,
    );
    hashes[String(name)] = row?.hash;
  }
  hashes.constraints = await queryAt(
    at,
    "SELECT conrelid::regclass::text AS t, conname, convalidated, pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
  );
  hashes.indexes = await queryAt(
    at,
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
  );
  hashes.triggers = await queryAt(
    at,
    'SELECT tgrelid::regclass::text AS t, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2',
  );
  hashes.sequences = await queryAt(
    at,
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
  );
  return hashes;
}
