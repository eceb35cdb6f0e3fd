import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/contents.ts';
import { compareReload, reload } from '../../support/reloading.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

describe('a reload of a big table', () => {
  const bigRows = (from: number): string => {
    const lines = Array.from({ length: 8_000 }, (_, at) => {
      const id = from + at;
      return `${id},${id % 7},name ${id},"[${id},${id + 1})",${'x'.repeat(120)}`;
    });
    return `id,kind,name,span,note\n${lines.join('\n')}\n`;
  };
  const keyed = `CREATE TABLE b (id int, kind int, name text, span int4range, note text);
    CREATE TABLE "Of B" (b_id int);
    ALTER TABLE b ADD CONSTRAINT b_pkey PRIMARY KEY (id) INCLUDE (kind);
    ALTER TABLE b ADD CONSTRAINT "Name" UNIQUE NULLS NOT DISTINCT (name, kind) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE b ADD CONSTRAINT apart EXCLUDE USING gist (span WITH &&);
    CREATE INDEX half ON b (lower(name) text_pattern_ops DESC NULLS LAST) WITH (fillfactor = 60) WHERE kind > 3;
    CREATE INDEX told ON b ((kind + 1)); ALTER INDEX told ALTER COLUMN 1 SET STATISTICS 200;
    CREATE INDEX sorted ON b (kind); ALTER TABLE b CLUSTER ON sorted;
    ALTER TABLE b ALTER COLUMN id SET NOT NULL, ALTER COLUMN note SET NOT NULL;
    CREATE UNIQUE INDEX whole ON b (id, note); ALTER TABLE b REPLICA IDENTITY USING INDEX whole;
    CREATE INDEX hashed ON b USING hash (note);
    ALTER TABLE "Of B" ADD FOREIGN KEY (b_id) REFERENCES b (id);
    COMMENT ON INDEX half IS 'half of ''it'''; COMMENT ON CONSTRAINT "Name" ON b IS 'once'; COMMENT ON INDEX b_pkey IS 'key';`;

  it('makes its indexes as they were, those too that others stand on', async () => {
    const { differences } = await compareReload(
      bench,
      `${keyed} CREATE VIEW grouped AS SELECT id, kind FROM b GROUP BY id;`,
      { b: bigRows(1), 'public.Of B': 'b_id\n8000\n' },
      { b: bigRows(5) },
    );
    expect(differences).toEqual([]);
    const free = await compareReload(
      bench,
      keyed,
      { b: bigRows(1), 'public.Of B': 'b_id\n1\n' },
      { b: bigRows(5) },
    );
    expect(free.differences).toEqual([]);
    expect(free.result.orphans).toEqual([{ constraint: 'public.Of B.Of B_b_id_fkey', rows: 1 }]);
  });

  it('says which index its rows break, and no value', async () => {
    const before = await bench.restore(contentsOf(keyed, { b: bigRows(1) }));
    const twice = `${bigRows(1)}13000,5,name 5,"[20000,20001)",x\n`;
    const again = reload(bench, before.database, contentsOf(keyed, { b: twice }), ['b']);
    await expect(again).rejects.toMatchObject({
      code: 'load_failed',
      message: expect.not.stringContaining('name 5'),
      detail: { file: 'table-b.csv', index: 'Name', sqlstate: '23505' },
    });
  });
});
