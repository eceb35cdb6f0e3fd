import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOfFolder } from '../../support/contents.ts';
import { differences, reload, rowsOf } from '../../support/reloading.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const sample = join(import.meta.dirname, '../../../resources/sample/tidewater');

describe('a reload on a copy', () => {
  it('makes of the first revision of the sample what a restore makes of the second', async () => {
    const before = await bench.restore(contentsOfFolder(join(sample, '1')));
    const second = contentsOfFolder(join(sample, '2'));
    const after = await bench.restore(second);
    const { result, database } = await reload(bench, before.database, second, [
      'comments',
      'events',
      'tasks',
    ]);
    expect(result.tables.map(({ name, rows }) => [name, rows])).toEqual(
      after.result.tables
        .filter(({ name }) => ['comments', 'events', 'tasks'].includes(name))
        .map(({ name, rows }) => [name, rows]),
    );
    expect(result.kept.length + result.tables.length).toBe(after.result.tables.length);
    expect(result.orphans).toEqual(after.result.orphans);
    expect(await differences(bench, database, after.database)).toEqual([]);
    expect(await rowsOf(bench, database, "SELECT rolname FROM pg_roles WHERE rolname ~ '^rp_job'")).toEqual(
      [],
    );
  });
});
