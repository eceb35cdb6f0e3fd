import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResetAllResult } from '../../../electron/contract/demo.ts';
import type { InstallResult, MoveResult } from '../../../electron/contract/install.ts';
import type { Job } from '../../../electron/contract/job.ts';
import {
  contentOf,
  type DemoInstall,
  demoSql,
  makeDemoInstall,
  prospects,
} from '../../support/demo-install.ts';
import type { Home } from '../../support/home.ts';
import { freePort } from '../../support/port.ts';
import { queryAt } from '../../support/query.ts';
import {
  rockpoolError,
  rockpoolJson,
  sample,
  sampleRevision,
  settle,
  startRockpool,
} from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';

let demo: DemoInstall;
let home: Home;
let url: string;

beforeAll(async () => {
  demo = await makeDemoInstall();
  ({ home, url } = demo);
});

afterAll(() => demo?.[Symbol.asyncDispose]());

describe('a demo', () => {
  it('of one install is not that of another on the same pristine, and all are reset at once', async () => {
    await rockpoolJson(home, 'install', sampleRevision, '--as', 'other');
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toMatchObject({ rp_pristine: 1, rp_spare: 2 });
    await rockpoolJson(
      home,
      'statements',
      'other',
      'set',
      demo.file('other.sql', 'UPDATE accounts SET name = %(n)s'),
    );
    await rockpoolJson(home, 'profile', 'other', 'save', 'one', 'n=of the other');
    await rockpoolJson(home, 'reset', 'other', '--profile', 'one');
    await rockpoolJson(home, 'reset', 'acme', '--profile', 'globex');
    const all = await rockpoolJson<ResetAllResult>(home, 'reset', '--all');
    expect(all.resets.map(({ install, statements }) => [install.name, statements.applied])).toEqual([
      ['acme', 4],
      ['other', 1],
    ]);
    const [other] = await queryAt(all.resets[1]?.install.url ?? '', 'SELECT DISTINCT name FROM accounts');
    expect(other?.name).toBe('of the other');
    await rockpoolJson(home, 'remove', 'other');
    expect(await rockpoolError(home, 'statements', 'other', 'show')).toMatchObject({
      error: { code: 'install_not_found' },
    });
    const again = await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'other');
    expect(again.install.name).toBe('other');
    expect((await rockpoolError(home, 'statements', 'other', 'show')).error.code).toBe('statements_missing');
  });

  it('comes along to another server, and statements that never had values keep nothing from moving', async () => {
    await rockpoolJson(home, 'install', join(sample, '1'), '--as', 'third');
    await rockpoolJson(
      home,
      'statements',
      'third',
      'set',
      demo.file('third.sql', 'UPDATE accounts SET name = %(n)s'),
    );
    const moved = await rockpoolJson<MoveResult>(home, 'move', 'third', '--port', String(await freePort()));
    const names = async (at: string) =>
      (await queryAt(at, 'SELECT count(DISTINCT name)::int AS n FROM accounts'))[0]?.n;
    expect(await names(moved.install.url)).toBeGreaterThan(1);
    await rockpoolJson(home, 'profile', 'third', 'save', 'p', 'n=everywhere');
    await rockpoolJson(home, 'reset', 'third', '--profile', 'p');
    await settle(home);
    const back = await rockpoolJson<MoveResult>(home, 'move', 'third', '--server', 'embedded');
    expect(await queryAt(back.install.url, 'SELECT DISTINCT name FROM accounts')).toEqual([
      { name: 'everywhere' },
    ]);
    await rockpoolJson(home, 'remove', 'third');
  });

  it('that is killed while its statements run leaves the live, and no half-dressed copy for the next reset (E15)', async () => {
    await rockpoolJson(home, 'reset', 'acme', '--profile', 'globex');
    await settle(home);
    const before = await contentOf(url);
    const slow = `UPDATE accounts SET name = 'half dressed' WHERE id = 1; SELECT nextval('labels_id_seq'), pg_sleep(60);`;
    await rockpoolJson(home, 'statements', 'acme', 'set', demo.file('slow.sql', slow));
    const child = startRockpool(home, 'reset', 'acme');
    for (;;) {
      const running = await queryAt(url, "SELECT 1 FROM pg_stat_activity WHERE usename ~ '^rp_job_' LIMIT 1");
      const { jobs } = await rockpoolJson<{ jobs: Job[] }>(home, 'jobs', '--limit', '1');
      const step = jobs[0]?.steps.find(({ key }) => key === 'dress');
      if (running.length > 0 && step?.done === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGKILL');
    await once(child, 'close');
    await rockpoolJson(home, 'statements', 'acme', 'set', demo.file('demo.sql', demoSql));
    expect(await contentOf(url)).toBe(before);
    // A copy on which the killed statements ran would have drawn from the sequence.
    const labels = 'SELECT max(id) AS id, count(*) AS n FROM labels';
    const drawn = await queryAt(url, labels);
    await rockpoolJson(home, 'reset', 'acme');
    expect(await queryAt(url, labels)).toEqual(drawn);
    expect((await queryAt(url, 'SELECT name FROM accounts WHERE id = 1'))[0]?.name).toBe(
      prospects.globex.company_name,
    );
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toMatchObject({
      rp_pristine: 1,
      rp_spare: 2,
      named: 4,
    });
  });
});
