import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult, ResetResult } from '../../../electron/contract/install.ts';
import { listJobs } from '../../../electron/jobs/history.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
  await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
  const file = join(home.path, 'slow.sql');
  writeFileSync(file, "UPDATE plans SET name = 'Gold' WHERE id = 1 AND pg_sleep(110) IS NOT NULL;\n");
  await rockpoolJson(home, 'statements', 'acme', 'set', file);
  await settle(home);
});

afterAll(() => home[Symbol.asyncDispose]());

describe('a preview', () => {
  it('gives way to what is done for good, which is not told to wait for it', async () => {
    const previewed = rockpoolError(home, 'statements', 'acme', 'preview');
    const running = () => listJobs(home.core.state, { kinds: ['preview'], states: ['running'] });
    await expect
      .poll(
        () =>
          running()
            .flatMap((job) => job.steps)
            .find(({ key }) => key === 'preview')?.state,
      )
      .toBe('running');
    const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme', '--plain');
    expect(reset.statements.applied).toBe(0);
    expect((await previewed).error.code).toBe('cancelled');
    expect(running()).toEqual([]);
  });
});
