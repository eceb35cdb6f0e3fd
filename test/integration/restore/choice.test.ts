import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/contents.ts';
import { differences, reload } from '../../support/reloading.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const schema = {
  'schema.sql': `CREATE SCHEMA sales;
    CREATE TABLE plan (id int PRIMARY KEY);
    CREATE TABLE account (id int PRIMARY KEY, plan_id int REFERENCES plan, owner_id int);
    CREATE TABLE person (id int PRIMARY KEY, account_id int);
    CREATE TABLE "Note" (person_id int);
    CREATE TABLE apart (id int);
    CREATE TABLE sales.apart (id int);
    CREATE TABLE sales.told (id int);
    CREATE TABLE archive.told (id int);
    CREATE TABLE r (id int PRIMARY KEY, plan_id int) PARTITION BY LIST (id);
    CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1); CREATE TABLE r2 PARTITION OF r FOR VALUES IN (2);
    CREATE TABLE line (r_id int);
    CREATE VIEW seen AS SELECT * FROM person;`,
  'restore-constraints.sql': `ALTER TABLE IF EXISTS public.account ADD CONSTRAINT owner FOREIGN KEY (owner_id) REFERENCES public.person (id);
    ALTER TABLE person ADD FOREIGN KEY (account_id) REFERENCES account (id);
    SET search_path = sales, public; ALTER TABLE "Note" ADD FOREIGN KEY (person_id) REFERENCES person;
    ALTER TABLE public.r ADD FOREIGN KEY (plan_id) REFERENCES public.plan (id);
    ALTER TABLE public.line ADD FOREIGN KEY (r_id) REFERENCES public.r (id);`,
};
const rows = {
  plan: 'id\n1\n',
  account: 'id,plan_id,owner_id\n1,1,1\n',
  person: 'id,account_id\n1,1\n',
  'public.Note': 'person_id\n1\n',
  'public.apart': 'id\n1\n',
  'sales.apart': 'id\n1\n',
  'sales.told': 'id\n1\n',
  'archive.told': 'id\n1\n',
  r1: 'id,plan_id\n1,1\n',
  r2: 'id,plan_id\n2,1\n',
  line: 'r_id\n1\n',
};

const loaded = async (...tables: string[]) => {
  const { result } = await bench.restore(contentsOf(schema, rows), { tables });
  return {
    names: result.tables
      .filter((table) => (table.rows ?? 0) > 0)
      .map((table) => `${table.schema}.${table.name}`),
    ...result,
  };
};

describe('a choice of tables', () => {
  it('brings what foreign keys lead to, in circles too, and says what came along and what was left empty', async () => {
    const { names, tables, warnings, skipped, orphans } = await loaded('person');
    expect(names).toEqual(['public.account', 'public.person', 'public.plan']);
    expect(tables.length).toBe(12);
    expect(orphans).toEqual([]);
    expect(warnings).toEqual([
      {
        code: 'tables_added',
        message: expect.stringMatching(/public\.account, public\.plan|public\.plan, public\.account/),
      },
    ]);
    expect(skipped).toContainEqual({ what: 'rows', name: 'public.Note', reason: 'it was not asked for' });
    expect(skipped.filter(({ what }) => what === 'rows')).toHaveLength(8);
  });

  it('follows foreign keys of partitioned tables and to them', async () => {
    expect((await loaded('r2')).names).toEqual(['public.plan', 'public.r2']);
    expect((await loaded('line')).names).toEqual(['public.line', 'public.plan', 'public.r1', 'public.r2']);
    const { warnings } = await loaded('r', 'plan');
    expect(warnings).toEqual([]);
  });

  it('takes the table in public where a name has no schema, and asks where there are several others', async () => {
    expect((await loaded('apart')).names).toEqual(['public.apart']);
    expect((await loaded('sales.apart')).names).toEqual(['sales.apart']);
    await expect(loaded('told')).rejects.toMatchObject({
      code: 'usage',
      message: 'told could be any of archive.told, sales.told.',
    });
  });

  it('names the tables that are most like one that is not there', async () => {
    await expect(loaded('plan', 'note')).rejects.toMatchObject({
      code: 'usage',
      message: 'The dataset has no table note.',
      hint: 'Is it public.Note?',
    });
    await expect(loaded('seen')).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('rows for'),
    });
    expect((await bench.strays()).filter((name) => name.startsWith('rp_job_'))).toEqual([]);
  });

  it('is kept by a reload', async () => {
    const before = await bench.restore(contentsOf(schema, rows), { tables: ['person'] });
    const second = contentsOf(schema, { ...rows, plan: 'id\n1\n2\n', line: 'r_id\n2\n' });
    const whole = await bench.restore(second, { tables: ['person'] });
    const { result, database } = await reload(bench, before.database, second, ['plan', 'line'], {
      tables: ['person'],
    });
    expect(result.tables.map(({ name }) => name)).toEqual(['plan']);
    expect(await differences(bench, database, whole.database)).toEqual([]);
  });
});
