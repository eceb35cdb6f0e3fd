import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult } from '../../../electron/contract/install.ts';
import type { Job } from '../../../electron/contract/job.ts';
import type { ListedSchedule, ScheduleList } from '../../../electron/contract/schedule.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { countAt, queryAt } from '../../support/query.ts';
import { rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';

let home: Home;
let url: string;

beforeAll(async () => {
  home = await makeHome();
  url = (await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme')).install.url;
  await settle(home);
});

afterAll(() => home[Symbol.asyncDispose]());

async function untilList(fits: (list: ScheduleList) => boolean): Promise<ScheduleList> {
  for (;;) {
    const list = await rockpoolJson<ScheduleList>(home, 'schedule', 'list');
    if (fits(list)) return list;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a schedule', () => {
  it('is done by a worker in the background that the command leaves, which ends when nothing is scheduled', async () => {
    const rows = await countAt(url, 'events');
    await queryAt(url, 'DELETE FROM events');
    // Later than a command takes to begin on a busy machine: what is past is refused.
    const soon = new Date(Date.now() + 20_000).toISOString();
    const { schedule } = await rockpoolJson<{ schedule: ListedSchedule }>(
      home,
      'schedule',
      'acme',
      soon,
      'reset',
    );
    expect(schedule).toMatchObject({ install: 'acme', action: 'reset', cron: null, once: soon, zone: 'UTC' });
    await untilList(({ schedules }) => schedules.length === 0);
    await settle(home);
    expect(await countAt(url, 'events')).toBe(rows);
    const { jobs } = await rockpoolJson<{ jobs: Job[] }>(home, 'jobs');
    expect(jobs.filter(({ kind }) => kind === 'reset').map(({ state }) => state)).toEqual(['succeeded']);
    await untilList(({ runner }) => runner === null);
  });

  it('is listed with its next times in UTC and here, removed by the start of its id, and gone with its install', async () => {
    const add = (when: string, ...more: string[]) =>
      rockpoolJson<{ schedule: ListedSchedule }>(home, 'schedule', 'acme', when, 'update', ...more);
    const { schedule } = await add('0 7 * * 1-5', '--missed', 'skip');
    expect(schedule.next).toHaveLength(5);
    for (const { at, local } of schedule.next) {
      expect(at).toMatch(/T07:00:00\.000Z$/);
      expect(local).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC[+-]/);
    }
    await add('30 2 * * *', '--zone', 'Europe/Berlin');
    const listed = await untilList(({ runner }) => runner !== null);
    expect(listed.schedules.map(({ zone, missed }) => [zone, missed])).toEqual([
      ['UTC', 'skip'],
      ['Europe/Berlin', 'run'],
    ]);
    await rockpoolJson(home, 'schedule', 'remove', schedule.id.slice(0, 6));
    expect((await rockpoolError(home, 'schedule', 'remove', schedule.id)).error.code).toBe(
      'schedule_not_found',
    );
    expect((await rockpoolError(home, 'schedule', 'acme', '0 7 * *', 'reset')).error.code).toBe(
      'schedule_invalid',
    );
    expect((await rockpoolError(home, 'schedule', 'nobody', '0 7 * * *', 'reset')).error.code).toBe(
      'install_not_found',
    );
    expect((await rockpoolError(home, 'schedule', 'acme', '0 7 * * *', 'dance')).code).toBe(2);
    await rockpoolJson(home, 'remove', 'acme');
    const after = await untilList(({ runner }) => runner === null);
    expect(after.schedules).toEqual([]);
  });
});
