import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoStatements, Preview, Profile } from '../../../electron/contract/demo.ts';
import type { InstallDetails, ResetResult } from '../../../electron/contract/install.ts';
import {
  contentOf,
  type DemoInstall,
  demoSql,
  makeDemoInstall,
  prospects,
} from '../../support/demo-install.ts';
import type { Home } from '../../support/home.ts';
import { queryAt } from '../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson, settle } from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';

let demo: DemoInstall;
let home: Home;
let url: string;

beforeAll(async () => {
  demo = await makeDemoInstall();
  ({ home, url } = demo);
});

afterAll(() => demo?.[Symbol.asyncDispose]());

/** Where any of these texts stands, in any column of any table, whatever its type. */
async function findTexts(texts: readonly string[]): Promise<string[]> {
  const tables = await queryAt(
    url,
    "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.relnamespace = 'public'::regnamespace",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await queryAt(
      url,
      `SELECT 1 FROM ${String(name)} t, unnest($1::text[]) AS wanted WHERE position(wanted IN t::text) > 0 LIMIT 1`,
      [texts],
    );
    if (rows.length > 0) found.push(String(name));
  }
  return found;
}

describe('a demo', () => {
  it('is switched from prospect to prospect by a reset, and nothing of a former one is left anywhere', async () => {
    const marks = { globex: 'mark-41', initech: 'mark-42', umbrella: 'mark-43' };
    for (const profile of ['globex', 'initech', 'umbrella', 'globex'] as const) {
      const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme', '--profile', profile);
      expect(reset.statements.applied).toBe(4);
      expect(reset.statements.rows).toBeGreaterThan(22);
      expect(reset.install.url).toBe(url);
      // What the demo itself wrote is no edit that has to be kept.
      expect(reset.former).toBeNull();
      const [row] = await queryAt(url, 'SELECT name FROM accounts WHERE id = 1');
      expect(row?.name).toBe(prospects[profile].company_name);
      const { [profile]: own, ...others } = marks;
      expect(await findTexts([own])).toEqual(expect.arrayContaining(['accounts', 'users']));
      expect(await findTexts(Object.values(others))).toEqual([]);
    }
    const { profile } = await rockpoolJson<InstallDetails>(home, 'show', 'acme');
    expect(profile).toBe('globex');
  });

  it('keeps its profile for the next reset, takes a value for once, and is left out by --plain', async () => {
    await rockpoolJson(home, 'reset', 'acme', '--profile', 'initech');
    await rockpoolJson(home, 'reset', 'acme', '--set', 'company_name=Just once');
    const name = async () => (await queryAt(url, 'SELECT name FROM accounts WHERE id = 1'))[0]?.name;
    expect(await name()).toBe('Just once');
    await rockpoolJson(home, 'reset', 'acme');
    expect(await name()).toBe(prospects.initech.company_name);
    const plain = await rockpoolJson<ResetResult>(home, 'reset', 'acme', '--plain');
    expect(plain.statements).toEqual({ applied: 0, rows: 0 });
    expect(await findTexts(['mark-4'])).toEqual([]);
    await rockpoolJson(home, 'reset', 'acme');
    expect(await name()).toBe(prospects.initech.company_name);
  });

  it('is previewed without a trace in the live, and the next reset is clean', async () => {
    await rockpoolJson(home, 'reset', 'acme', '--profile', 'umbrella');
    await settle(home);
    const before = await contentOf(url);
    const oid = async () =>
      (await queryAt(url, 'SELECT oid FROM pg_database WHERE datname = current_database()'))[0]?.oid;
    const live = await oid();
    const preview = await rockpoolJson<Preview>(home, 'statements', 'acme', 'preview', '--profile', 'globex');
    expect(
      preview.statements.map(({ line, rows, sql: text }) => [line, rows > 0, text.includes('mark')]),
    ).toEqual([
      [2, true, false],
      [5, true, false],
      [6, true, false],
      [7, true, false],
    ]);
    expect(preview.statements[0]?.after[0]?.name).toBe(prospects.globex.company_name);
    expect(preview.statements[1]?.before).toHaveLength(20);
    expect([await contentOf(url), await oid()]).toEqual([before, live]);
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 2,
      rp_own: 1,
      rp_pristine: 1,
      rp_read: 1,
      rp_spare: 1,
    });
    // A sequence that the preview drew from would show here.
    const labels = 'SELECT max(id) AS id FROM labels';
    const [dressed] = await queryAt(url, labels);
    await rockpoolJson(home, 'reset', 'acme', '--profile', 'umbrella');
    expect(await queryAt(url, labels)).toEqual([dressed]);
  });

  it('whose statement fails leaves the live as it is, and says line and reason', async () => {
    await settle(home);
    const before = await contentOf(url);
    const bad = await rockpoolError(home, 'reset', 'acme', '--set', 'since=not-a-date-5511');
    expect(bad).toMatchObject({
      code: 1,
      error: { code: 'sql_failed', detail: { parameter: 'since', line: 7 } },
    });
    const jobs = await rockpool(home, 'jobs', '--json');
    expect(bad.error.message + jobs.stdout).not.toContain('5511');
    await rockpoolJson(
      home,
      'statements',
      'acme',
      'set',
      demo.file('bad.sql', 'SELECT 1;\nUPDATE accounts SET nowhere = 1;'),
    );
    const missing = await rockpoolError(home, 'reset', 'acme');
    expect(missing.error).toMatchObject({ code: 'sql_failed', detail: { file: 'bad.sql', line: 2 } });
    expect(await contentOf(url)).toBe(before);
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 2,
      rp_own: 1,
      rp_pristine: 1,
      rp_read: 1,
      rp_spare: 1,
    });
    await rockpoolJson(home, 'statements', 'acme', 'set', demo.file('demo.sql', demoSql));
  });

  it('names what is missing, unknown or malformed before anything is touched', async () => {
    await rockpoolJson(home, 'profile', 'acme', 'save', 'half', 'company_name=Half');
    const half = await rockpoolError(home, 'reset', 'acme', '--profile', 'half');
    expect(half.error).toMatchObject({ code: 'parameters_missing' });
    for (const name of ['domain', 'logo', 'account', 'since']) expect(half.error.message).toContain(name);
    const unknown = await rockpoolError(home, 'profile', 'acme', 'save', 'typo', 'compny_name=X');
    expect(unknown.error.code).toBe('parameters_invalid');
    expect(unknown.error.message).toContain('company_name');
    expect((await rockpoolError(home, 'reset', 'acme', '--profile', 'nobody')).error.code).toBe(
      'profile_not_found',
    );
    expect((await rockpoolError(home, 'statements', 'acme', 'dance')).code).toBe(2);
    const control = await rockpoolError(
      home,
      'statements',
      'acme',
      'set',
      demo.file('control.sql', 'COMMIT'),
    );
    expect(control.error).toMatchObject({ code: 'sql_refused', detail: { line: 1 } });
    const shown = await rockpoolJson<DemoStatements>(home, 'statements', 'acme', 'show');
    expect(shown.sql).toBe(demoSql);
    expect(shown.parameters.map(({ name, lines }) => [name, lines])).toEqual([
      ['company_name', [2, 6, 7]],
      ['domain', [2, 5]],
      ['logo', [2]],
      ['account', [2, 6, 7]],
      ['since', [7]],
    ]);
  });

  it('has profiles that are duplicated, carried by a file and deleted, also the one that is on', async () => {
    await rockpoolJson(home, 'profile', 'acme', 'duplicate', 'globex', 'globex copy');
    const out = join(home.path, 'profiles.csv');
    await rockpoolJson(home, 'profile', 'acme', 'export', out);
    await rockpoolJson(home, 'profile', 'acme', 'delete', 'globex copy');
    await rockpoolJson(home, 'reset', 'acme', '--profile', 'umbrella');
    await rockpoolJson(home, 'profile', 'acme', 'delete', 'umbrella');
    expect((await rockpoolJson<InstallDetails>(home, 'show', 'acme')).profile).toBeNull();
    // For a while it can be had back as it was, and is on again.
    await rockpoolJson(home, 'profile', 'acme', 'undelete', 'umbrella');
    expect((await rockpoolJson<InstallDetails>(home, 'show', 'acme')).profile).toBe('umbrella');
    await rockpoolJson(home, 'profile', 'acme', 'delete', 'umbrella');
    expect((await rockpoolJson<InstallDetails>(home, 'show', 'acme')).profile).toBeNull();
    await rockpoolJson(home, 'profile', 'acme', 'import', out);
    const { profiles } = await rockpoolJson<{ profiles: Profile[] }>(home, 'profile', 'acme', 'list');
    expect(profiles.map(({ name }) => name)).toEqual([
      'globex',
      'globex copy',
      'half',
      'initech',
      'umbrella',
    ]);
    expect(profiles.find(({ name }) => name === 'umbrella')?.values).toEqual({
      ...prospects.umbrella,
      account: '1',
      since: '2026-01-31',
    });
  });
});
