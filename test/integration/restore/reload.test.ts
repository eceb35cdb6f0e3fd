import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { contentsOf, contentsOfFolder } from '../../support/contents.ts';
import { compareReload, differences, reload, rowsOf } from '../../support/reloading.ts';
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
    const { result, database, job } = await reload(bench, before.database, second, [
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
    expect(job.steps[0]?.done).toBe(job.steps[0]?.total);
    expect(await differences(bench, database, after.database)).toEqual([]);
    expect(await rowsOf(bench, database, "SELECT rolname FROM pg_roles WHERE rolname ~ '^rp_job'")).toEqual(
      [],
    );
  });

  it('lets nobody in but the role of its job, and leaves the copy open to admin alone', async () => {
    const contents = contentsOf('CREATE TABLE t (id int);', { t: 'id\n1\n' });
    const { database } = await bench.restore(contents);
    const seen: string[] = [];
    const [data] = contents.data;
    if (data === undefined) throw new Error('no data');
    const watching = {
      ...contents,
      data: [
        {
          ...data,
          open: async () => {
            seen.push(...(await accessTo('build_again')));
            return data.open();
          },
        },
      ],
    };
    const again = await reload(bench, database, watching, ['t']);
    expect(seen).toEqual([expect.stringMatching(/^t \{rockpool=CTc\/rockpool,rp_job_\w+=Tc\/rockpool\}$/)]);
    expect(await accessTo(again.database)).toEqual(['t {rockpool=CTc/rockpool}']);
  });

  const accessTo = (name: string): Promise<string[]> =>
    bench.asAdmin(async (admin) => {
      const { rows } = await admin.query<{ access: string }>(
        `SELECT left(datallowconn::text, 1) || ' ' || datacl::text AS access FROM pg_database
         WHERE starts_with(datname, $1) ORDER BY oid DESC LIMIT 1`,
        [name],
      );
      return rows.map(({ access }) => access);
    });

  it('ends at once when it is cancelled, and leaves neither copy nor role', async () => {
    const contents = contentsOf('CREATE TABLE t (id int);', { t: 'id\n1\n' });
    const { database } = await bench.restore(contents);
    const [data] = contents.data;
    if (data === undefined) throw new Error('no data');
    const strays = await bench.strays();
    const stop = new AbortController();
    const endless = {
      ...data,
      open: async () => {
        const body = new PassThrough();
        body.write('1\n');
        setTimeout(() => stop.abort(new RockpoolError('cancelled', 'Cancelled.')), 50);
        return { columns: ['id'], body, records: () => 1, bytes: () => 2 };
      },
    };
    const again = reload(bench, database, { ...contents, data: [endless] }, ['t'], { signal: stop.signal });
    await expect(again).rejects.toMatchObject({ code: 'cancelled' });
    expect(await bench.strays()).toEqual(strays);
  });

  it('does nothing but say what is kept where no file changed', async () => {
    const contents = contentsOf('CREATE TABLE t (id int); CREATE TABLE c (id int);', {
      t: 'id\n1\n',
      c: 'id\n2\n',
    });
    const { database } = await bench.restore(contents);
    const again = await reload(bench, database, contents, []);
    expect(again.result).toEqual({
      tables: [],
      kept: ['public.c', 'public.t'],
      orphans: [],
      warnings: [],
      skipped: [],
    });
    expect(await differences(bench, again.database, database)).toEqual([]);
  });

  it('leaves foreign keys alone that are not enforced', async () => {
    const { result, whole, differences } = await compareReload(
      bench,
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p NOT ENFORCED);
       ALTER TABLE c ADD CONSTRAINT again FOREIGN KEY (p_id) REFERENCES p NOT ENFORCED;`,
      { p: 'id\n1\n', c: 'p_id\n1\n5\n' },
      { p: 'id\n2\n' },
    );
    expect([whole.result.orphans, result.orphans]).toEqual([[], []]);
    expect(differences).toEqual([]);
  });
});
