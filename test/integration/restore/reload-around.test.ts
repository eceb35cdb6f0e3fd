import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/contents.ts';
import { compareReload, reload, type Sql, type Tables } from '../../support/reloading.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

const oldBin = '/usr/lib/postgresql/15/bin';
const servers: [string, string | undefined][] = [['the shipped PostgreSQL', undefined]];
if (existsSync(oldBin)) servers.push(['PostgreSQL 15', oldBin]);

describe.each(servers)('a reload on %s', (_name, bin) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(bin === undefined ? {} : { bin });
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const compare = (sql: Sql, first: Tables, changes: Tables) => compareReload(bench, sql, first, changes);

  it('lays foreign keys anew that lead to themselves, in a circle, and from tables that are kept', async () => {
    const sql = `CREATE TABLE a (id int PRIMARY KEY, boss int REFERENCES a, b_id int, UNIQUE (b_id, id));
      CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
      ALTER TABLE a ADD CONSTRAINT circle FOREIGN KEY (b_id) REFERENCES b (id) ON DELETE CASCADE;
      CREATE TABLE kept (id int PRIMARY KEY, a_id int, b_id int);
      ALTER TABLE kept ADD CONSTRAINT to_a FOREIGN KEY (a_id) REFERENCES a (id) ON UPDATE CASCADE;
      ALTER TABLE kept ADD CONSTRAINT pair FOREIGN KEY (b_id, a_id) REFERENCES a (b_id, id) MATCH FULL NOT VALID;
      COMMENT ON CONSTRAINT to_a ON kept IS 'the a''s own';
      CREATE TABLE far (kept_id int REFERENCES kept);`;
    const { result, differences, rows } = await compare(
      sql,
      {
        a: 'id,boss,b_id\n1,,1\n2,1,\n3,1,\n',
        b: 'id,a_id\n1,2\n',
        kept: 'id,a_id\n1,1\n2,2\n3,3\n4,\n',
        far: 'kept_id\n1\n9\n',
      },
      { a: 'id,boss,b_id\n1,2,1\n2,7,\n' },
    );
    expect(differences).toEqual([]);
    expect(result.orphans).toEqual([
      { constraint: 'public.a.a_boss_fkey', rows: 1 },
      { constraint: 'public.far.far_kept_id_fkey', rows: 1 },
      { constraint: 'public.kept.to_a', rows: 1 },
    ]);
    expect(result.kept).toEqual(['public.b', 'public.far', 'public.kept']);
    await expect(rows('INSERT INTO kept VALUES (9, 99)')).rejects.toMatchObject({ code: '23503' });
  });

  it('validates a foreign key whose orphans are gone', async () => {
    const sql = 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p);';
    const { before, result, differences } = await compare(
      sql,
      { p: 'id\n1\n', c: 'p_id\n1\n2\n' },
      { p: 'id\n1\n2\n' },
    );
    expect(before.result.orphans).toEqual([{ constraint: 'public.c.c_p_id_fkey', rows: 1 }]);
    expect(result.orphans).toEqual([]);
    expect(differences).toEqual([]);
  });

  const partitioned = `CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE r (id int, p_id int REFERENCES p, note text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
    CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
    CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (10) TO (20);
    CREATE INDEX ON r (note);
    CREATE TABLE points (r_id int REFERENCES r);`;

  it('reloads one partition, with foreign keys that leave its root and lead to it', async () => {
    const { result, differences } = await compare(
      partitioned,
      {
        p: 'id\n1\n',
        r1: 'id,p_id,note\n1,1,x\n2,,y\n',
        r2: 'id,p_id,note\n11,1,z\n',
        points: 'r_id\n1\n11\n',
      },
      { r1: 'id,p_id,note\n1,1,x\n3,1,w\n4,,w\n' },
    );
    expect(differences).toEqual([]);
    expect(result.tables.map(({ name, rows }) => [name, rows])).toEqual([['r1', 3]]);
    expect(result.kept).toEqual(['public.p', 'public.points', 'public.r', 'public.r2']);
  });

  it('reloads a partitioned table whose rows come in one file, with its partitions in the report', async () => {
    const { result, differences } = await compare(
      partitioned,
      { p: 'id\n1\n', r: 'id,p_id,note\n1,1,x\n11,,y\n12,,y\n', points: 'r_id\n1\n11\n' },
      { r: 'id,p_id,note\n1,1,x\n2,1,x\n11,,z\n' },
    );
    expect(differences).toEqual([]);
    expect(result.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['r', null],
      ['r1', 2],
      ['r2', 1],
    ]);
  });

  it('leaves the foreign key of a partitioned table unchecked where rows of the new revision point nowhere', async () => {
    const { result, differences } = await compare(
      partitioned,
      { p: 'id\n1\n', r: 'id,p_id,note\n1,1,x\n11,1,y\n' },
      { r: 'id,p_id,note\n1,1,x\n2,5,x\n11,1,z\n' },
    );
    expect(result.orphans.map(({ rows }) => rows)).toEqual([1]);
    expect(differences).toEqual([]);
  });

  it('reloads a child of another table and nothing of its parent', async () => {
    const { result, differences } = await compare(
      `CREATE TABLE parent (id int, at date); CREATE TABLE child (more text) INHERITS (parent);
       CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM parent;`,
      { parent: 'id,at\n1,2020-01-01\n', child: 'id,at,more\n2,2020-01-02,x\n' },
      { child: 'id,at,more\n3,2020-01-02,x\n4,,y\n' },
    );
    expect(differences).toEqual([]);
    expect(result.kept).toEqual(['public.parent']);
  });

  it('fills materialized views anew through views and functions, in their order, and no others', async () => {
    const sql = `CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE other (id int);
      CREATE FUNCTION hidden() RETURNS bigint LANGUAGE plpgsql STABLE AS 'BEGIN RETURN (SELECT count(*) FROM public.t); END';
      CREATE VIEW v AS SELECT id, upper(v) AS v FROM t GROUP BY id;
      CREATE MATERIALIZED VIEW z_first AS SELECT count(*) AS n FROM v;
      CREATE MATERIALIZED VIEW a_second AS SELECT n * 2 AS n FROM z_first;
      CREATE MATERIALIZED VIEW by_function AS SELECT hidden() AS n;
      CREATE MATERIALIZED VIEW still AS SELECT count(*) AS n, clock_timestamp() AS at FROM other;
      CREATE UNIQUE INDEX second_n ON a_second (n);`;
    const { before, differences, rows } = await compare(
      sql,
      { t: 'id,v\n1,a\n', other: 'id\n1\n' },
      { t: 'id,v\n1,a\n2,b\n3,c\n' },
    );
    expect(differences.filter((line) => !line.includes('still: '))).toEqual([]);
    expect(
      await rows('SELECT z_first.n, a_second.n, by_function.n FROM z_first, a_second, by_function'),
    ).toEqual([['3']]);
    expect(await rows('SELECT at FROM still')).toEqual(await before.rows('SELECT at FROM still'));
  });

  it('empties a materialized view that cannot be filled any more, with a warning', async () => {
    const sql = `CREATE TABLE t (v text); CREATE MATERIALIZED VIEW numbers AS SELECT v::int AS n FROM t WITH NO DATA;`;
    const { result, differences, whole } = await compare(sql, { t: 'v\n1\n' }, { t: 'v\nx\n' });
    expect(differences.filter((line) => !line.includes('statistics'))).toEqual([]);
    expect(result.warnings).toEqual(whole.result.warnings);
    expect(JSON.stringify(result.warnings)).toContain('public.numbers');
  });

  it('fires no trigger, and leaves each in the state that it had', async () => {
    const sql = `CREATE TABLE t (id int, v text); CREATE TABLE audit (what text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit VALUES (TG_NAME); RETURN NEW; END $$;
      CREATE TRIGGER plain BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER "Off" BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER always AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE TRIGGER replica AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE TRIGGER gone AFTER TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
      ALTER TABLE t DISABLE TRIGGER "Off"; ALTER TABLE t ENABLE ALWAYS TRIGGER always; ALTER TABLE t ENABLE REPLICA TRIGGER replica;
      COMMENT ON TRIGGER plain ON t IS 'writes down';`;
    const { differences, rows } = await compare(
      sql,
      { t: 'id,v\n1,a\n', audit: 'what\n' },
      { t: 'id,v\n2,b\n3,c\n' },
    );
    expect(differences).toEqual([]);
    expect(await rows('SELECT * FROM audit')).toEqual([]);
    await rows("INSERT INTO t VALUES (9, 'x')");
    expect((await rows('SELECT what FROM audit ORDER BY 1')).flat()).toEqual(['always', 'late', 'plain']);
  });

  it('sets sequences and identities where a restore would, also back', async () => {
    const sql = {
      'schema.sql': `CREATE TABLE s (id serial PRIMARY KEY, v text); CREATE TABLE i (id int GENERATED ALWAYS AS IDENTITY (START 5), v text);
        CREATE SEQUENCE told; CREATE TABLE f (id bigint DEFAULT nextval('told'), twice int GENERATED ALWAYS AS (id * 2) STORED);
        CREATE TABLE kept (id serial);`,
      'sequences.sql': "SELECT SETVAL('public.told', COALESCE(MAX(id), 1)) FROM public.f;",
    };
    const { differences, rows } = await compare(
      sql,
      { s: 'id,v\n50,a\n', i: 'id,v\n60,a\n', f: 'id,twice\n70,140\n', kept: 'id\n7\n' },
      { s: 'id,v\n20,a\n3,b\n', i: 'id,v\n', f: 'id,twice\n30,60\n8,16\n' },
    );
    // Statistics of a table that became empty stay: ANALYZE takes none away.
    expect(differences.filter((line) => !/statistics . public . i /.test(line))).toEqual([]);
    expect(await rows("SELECT nextval('s_id_seq')")).toEqual([['21']]);
    expect(await rows("SELECT nextval('i_id_seq')")).toEqual([['5']]);
    expect(await rows("SELECT nextval('told')")).toEqual([['31']]);
    expect(await rows("SELECT nextval('kept_id_seq')")).toEqual([['8']]);
  });

  it('is not kept from rows by row security, which stands again in the end', async () => {
    const sql = `CREATE TABLE p (id int PRIMARY KEY, own boolean); CREATE TABLE c (p_id int REFERENCES p, own boolean);
      ALTER TABLE p ENABLE ROW LEVEL SECURITY; ALTER TABLE p FORCE ROW LEVEL SECURITY; CREATE POLICY mine ON p USING (own);
      ALTER TABLE c ENABLE ROW LEVEL SECURITY; ALTER TABLE c FORCE ROW LEVEL SECURITY; CREATE POLICY mine ON c USING (own);`;
    const { result, differences } = await compare(
      sql,
      { p: 'id,own\n1,t\n2,f\n', c: 'p_id,own\n1,t\n2,f\n' },
      { c: 'p_id,own\n1,f\n2,f\n3,f\n' },
    );
    expect(result.orphans).toEqual([{ constraint: 'public.c.c_p_id_fkey', rows: 1 }]);
    expect(differences).toEqual([]);
  });

  it('says which record of a changed file breaks a key, and leaves the copy to the caller', async () => {
    const sql = 'CREATE TABLE t (id int PRIMARY KEY, email text); CREATE TABLE c (t_id int REFERENCES t);';
    const before = await bench.restore(contentsOf(sql, { t: 'id,email\n1,a\n', c: 't_id\n1\n' }));
    const second = contentsOf(sql, {
      t: 'id,email\n1,jane@example.org\n1,jane@example.org\n',
      c: 't_id\n1\n',
    });
    const strays = await bench.strays();
    const failing = reload(bench, before.database, second, ['t']);
    await expect(failing).rejects.toMatchObject({
      code: 'load_failed',
      message: expect.not.stringContaining('jane'),
      detail: { sqlstate: '23505' },
    });
    expect(await bench.strays()).toEqual(strays);
    expect(bench.core.state.rows('SELECT * FROM leftovers')).toEqual([]);
    expect(await before.rows('SELECT * FROM t')).toEqual([['1', 'a']]);
  });

  it('names the columns and tables that the schema of the copy does not have', async () => {
    const sql = 'CREATE TABLE t (id int);';
    const before = await bench.restore(contentsOf(sql, { t: 'id\n1\n' }));
    const wider = contentsOf(sql, { t: 'id,email\n1,a\n' });
    await expect(reload(bench, before.database, wider, ['t'])).rejects.toMatchObject({
      code: 'csv_header_mismatch',
      message: expect.stringContaining('email'),
    });
    const other = contentsOf(sql, { t: 'id\n1\n', u: 'id\n1\n' });
    await expect(reload(bench, before.database, other, ['u'])).rejects.toMatchObject({
      code: 'schema_missing',
    });
  });
});
