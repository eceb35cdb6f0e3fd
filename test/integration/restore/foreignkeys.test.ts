import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

const oldBin = '/usr/lib/postgresql/15/bin';
const servers: [string, string | undefined][] = [['the shipped PostgreSQL', undefined]];
if (existsSync(oldBin)) servers.push(['PostgreSQL 15', oldBin]);

describe.each(servers)('foreign keys on %s', (_name, bin) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(bin === undefined ? {} : { bin });
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const listed = `SELECT conrelid::regclass || '.' || conname || ' ' || convalidated FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 ORDER BY conrelid::regclass::text, conname`;

  it('are checked where every row has its target, whatever stands first', async () => {
    const sql = `CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent (id), boss int REFERENCES child (id));
      CREATE TABLE parent (id int PRIMARY KEY, favourite int);
      ALTER TABLE parent ADD CONSTRAINT f1 FOREIGN KEY (favourite) REFERENCES child (id), ADD FOREIGN KEY (id) REFERENCES parent (id);`;
    const { result, rows } = await bench.restore(
      contentsOf(sql, { parent: 'id,favourite\n1,2\n', child: 'id,parent_id,boss\n1,1,2\n2,,1\n' }),
    );
    expect(result.orphans).toEqual([]);
    expect((await rows(listed)).flat()).toEqual([
      'child.child_boss_fkey true',
      'child.child_parent_id_fkey true',
      'parent.f1 true',
      'parent.parent_id_fkey true',
    ]);
  });

  it('stay unchecked where targets were sampled away, with the number of rows by the rule of MATCH', async () => {
    const sql = `CREATE TABLE "P" (a int, "B" text, PRIMARY KEY (a, "B"));
      CREATE TABLE c (a int, b text);
      ALTER TABLE c ADD CONSTRAINT simple FOREIGN KEY (a, b) REFERENCES "P" (a, "B");
      ALTER TABLE c ADD CONSTRAINT was FOREIGN KEY (a, b) REFERENCES "P" (a, "B") NOT VALID;`;
    const { result, rows } = await bench.restore(
      contentsOf(sql, { 'public.P': 'a,B\n1,x\n', c: 'a,b\n1,x\n1,y\n2,x\n,z\n3,\n' }),
    );
    expect(result.orphans).toEqual([{ constraint: 'public.c.simple', rows: 2 }]);
    expect((await rows(listed)).flat()).toEqual(['c.simple false', 'c.was false']);
    await expect(rows("INSERT INTO c VALUES (9, 'q')")).rejects.toMatchObject({ code: '23503' });
  });

  it('stand on a partitioned table, or on its partitions where the server cannot leave the whole unchecked', async () => {
    const sql = `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE r (id int, p_id int) PARTITION BY LIST (id);
      CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1); CREATE TABLE r2 PARTITION OF r FOR VALUES IN (2);
      CREATE TABLE ok (id int, p_id int REFERENCES p) PARTITION BY LIST (id); CREATE TABLE ok1 PARTITION OF ok DEFAULT;
      ALTER TABLE r ADD CONSTRAINT r_p FOREIGN KEY (p_id) REFERENCES p (id);`;
    const { result, rows } = await bench.restore(
      contentsOf(sql, {
        p: 'id\n1\n',
        r1: 'id,p_id\n1,1\n1,5\n',
        r2: 'id,p_id\n2,1\n',
        ok1: 'id,p_id\n1,1\n',
      }),
    );
    const stands = (await rows(listed)).flat();
    const codes = result.warnings.map(({ code }) => code);
    if (bench.postgres.server.major >= 18) {
      expect(result.orphans).toEqual([{ constraint: 'public.r.r_p', rows: 1 }]);
      expect(stands).toEqual(['ok.ok_p_id_fkey true', 'r.r_p false']);
      expect(codes).toEqual([]);
    } else {
      expect(result.orphans).toEqual([{ constraint: 'public.r1.r_p', rows: 1 }]);
      expect(stands).toEqual(['ok.ok_p_id_fkey true', 'r1.r_p false', 'r2.r_p true']);
      expect(codes).toEqual(['fk_on_partitions']);
    }
  });

  it('are left out with a word where the dataset does not have the table that they point to', async () => {
    const sql =
      'CREATE TABLE c (a int); ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES gone (id);';
    const { result } = await bench.restore(contentsOf(sql, { c: 'a\n1\n' }));
    expect(result.skipped).toEqual([
      {
        what: 'foreign key',
        name: 'public.c.k',
        reason: 'the table that it points to is not in the dataset',
      },
    ]);
  });

  it('loses no row to a line that holds \\. alone (C24)', async () => {
    const csv = 'a\n1\n\\.\n2\n';
    const loading = bench.restore(contentsOf('CREATE TABLE t (a text);', { t: csv }));
    if (bench.postgres.server.major >= 18) {
      const { rows } = await loading;
      expect((await rows('SELECT a FROM t')).flat()).toEqual(['1', '\\.', '2']);
    } else {
      await expect(loading).rejects.toMatchObject({ code: 'rows_mismatch', detail: { records: 3, rows: 1 } });
    }
  });

  it('reports a setting that the server does not know, once', async () => {
    const sql =
      'SET no_such_thing = 1; SET no_such_thing = 2; CREATE TABLE t (a int); SET statement_timeout = 0;';
    const { result } = await bench.restore(
      contentsOf({ 'a.sql': sql, 'b.sql': sql.replace('TABLE t', 'TABLE u') }),
    );
    expect(result.skipped).toEqual([
      {
        what: 'setting',
        name: 'no_such_thing',
        reason: `PostgreSQL ${bench.postgres.server.major} does not know it`,
      },
    ]);
  });
});
