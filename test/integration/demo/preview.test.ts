import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreviewedStatement } from '../../../electron/contract/demo.ts';
import { previewOutfit } from '../../../electron/demo/preview.ts';
import { type DemoBench, openDemoBench, outfitFor } from '../../support/demo-bench.ts';
import { skipUnless } from '../../support/skip.ts';

let bench: DemoBench;

const schema = `
    CREATE TABLE company (id int PRIMARY KEY, name text, big text);
    INSERT INTO company SELECT i, 'Company ' || i FROM generate_series(1, 200) i;
    CREATE TABLE audit (company int, was text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO audit VALUES (OLD.id, OLD.name); NEW.big := 'set by a trigger'; RETURN NEW; END $$;
    CREATE TRIGGER a_note BEFORE UPDATE ON company FOR EACH ROW EXECUTE FUNCTION note();
    CREATE TABLE "Event" (id int, at int) PARTITION BY RANGE (at);
    CREATE TABLE event_1 PARTITION OF "Event" FOR VALUES FROM (0) TO (10);
    CREATE TABLE event_2 PARTITION OF "Event" FOR VALUES FROM (10) TO (20);
    INSERT INTO "Event" VALUES (1, 1), (2, 2), (3, 12);
    CREATE FUNCTION flip() RETURNS text LANGUAGE sql AS $$ SELECT set_config('standard_conforming_strings', 'off', false) $$;
    CREATE VIEW small AS SELECT id, name FROM company WHERE id < 4;
  `;

async function preview(sql: string, values: Record<string, string> = {}): Promise<PreviewedStatement[]> {
  const outfit = await outfitFor(sql, values);
  return bench.within((within) => previewOutfit(within, outfit));
}

const oldBin = '/usr/lib/postgresql/15/bin';
const onOld = skipUnless(existsSync(oldBin), 'PostgreSQL 15 is not here');

describe.each([
  { version: 'the embedded version', bin: {}, options: {} },
  { version: '15', bin: { bin: oldBin }, options: onOld },
])('a preview on PostgreSQL $version', ({ bin, options }) => {
  describe('with real triggers', options, () => {
    beforeAll(async () => {
      bench = await openDemoBench(schema, bin);
    });

    afterAll(() => bench[Symbol.asyncDispose]());

    it('tells the rows before and after, pair by pair, and how many there are; the first 50 are shown', async () => {
      const [all, few] = await preview(
        'UPDATE company SET name = %(name)s || id;\nUPDATE small SET name = NULL WHERE id = 2',
        { name: 'Acme ' },
      );
      expect(all).toMatchObject({ line: 1, rows: 200, warnings: [] });
      expect(all?.before).toHaveLength(50);
      expect(all?.after).toHaveLength(50);
      for (const [index, before] of all?.before.entries() ?? []) {
        expect(all?.after[index]).toEqual({
          id: before.id,
          name: `Acme ${before.id}`,
          big: 'set by a trigger',
        });
        expect(before).toEqual({ id: before.id, name: `Company ${before.id}`, big: null });
      }
      expect(few).toMatchObject({
        line: 2,
        rows: 1,
        before: [{ id: '2', name: 'Acme 2' }],
        after: [{ id: '2', name: null }],
      });
    });

    it('tells what triggers of the dataset write elsewhere, after the statement’s own table', async () => {
      const [one] = await preview("UPDATE company SET name = 'x' WHERE id = 1");
      expect(one?.changes.map(({ table, kind, rows }) => [table, kind, rows])).toEqual([
        ['public.company', 'update', 1],
        ['public.audit', 'insert', 1],
      ]);
      expect(one?.changes[1]?.after).toEqual([{ company: '1', was: 'Company 1' }]);
    });

    it('sees inserted, deleted, upserted, merged and truncated rows, blocks, partitions and new tables', async () => {
      const previewed = await preview(`
      INSERT INTO company (id, name) VALUES (1, 'one'), (900, 'new') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
      DELETE FROM company WHERE id = 900;
      MERGE INTO company USING (VALUES (5, 'five'), (901, 'more')) v (id, name) ON company.id = v.id
        WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name);
      DO $$ BEGIN DELETE FROM audit; UPDATE company SET name = 'by a block' WHERE id = 9; END $$;
      UPDATE "Event" SET at = at + 9 WHERE id = 2;
      CREATE TABLE made (id int);
      INSERT INTO made VALUES (7);
      ALTER TABLE company DISABLE TRIGGER USER;
      UPDATE company SET name = 'quiet' WHERE id = 10;
      TRUNCATE "Event";
      WITH gone AS (DELETE FROM company WHERE id = 11 RETURNING id) INSERT INTO made SELECT id FROM gone;`);
      const seen = previewed.map(({ rows, changes }) => [
        rows,
        changes
          .map(({ table, kind, rows: n }) => `${kind} ${table} ${n}`)
          .filter((text) => !text.includes('audit'))
          .toSorted(),
      ]);
      expect(seen).toEqual([
        [2, ['insert public.company 1', 'update public.company 1']],
        [1, ['delete public.company 1']],
        [2, ['insert public.company 1', 'update public.company 1']],
        [expect.any(Number), ['update public.company 1']],
        [1, ['update public.Event 1']],
        [0, []],
        [1, ['insert public.made 1']],
        [0, []],
        [1, ['update public.company 1']],
        [3, ['truncate public.Event 3']],
        [1, expect.arrayContaining(['insert public.made 1', 'delete public.company 1'])],
      ]);
      expect(previewed[4]).toMatchObject({ before: [{ id: '2', at: '2' }], after: [{ id: '2', at: '11' }] });
      expect(previewed[9]?.before).toHaveLength(3);
    });

    it('keeps to names of tables where the dataset has switched how strings are written', async () => {
      const odd = `"x\\',1); DROP TABLE company; --"`;
      const previewed = await preview(
        `SELECT flip(); CREATE TABLE ${odd} (id int); INSERT INTO ${odd} VALUES (1); UPDATE company SET name = 'x' WHERE id = 1`,
      );
      expect(previewed[2]?.changes.map(({ table, rows }) => [table, rows])).toEqual([
        [`public.x\\',1); DROP TABLE company; --`, 1],
      ]);
      expect(previewed[3]?.rows).toBe(1);
    });

    it('warns of a statement that touches nothing, and only of that', async () => {
      const previewed = await preview(
        "UPDATE company SET name = 'x' WHERE id = -1; SELECT 1; UPDATE company SET name = 'x' WHERE id = 1",
      );
      expect(previewed.map(({ warnings }) => warnings)).toEqual([['touches nothing'], [], []]);
    });

    it('cuts long values, and leaves nothing behind', async () => {
      const sum =
        "SELECT md5(string_agg(c::text, '' ORDER BY id)) AS sum, (SELECT count(*) FROM pg_class) AS n FROM company c";
      const before = await bench.query(sum);
      const [one] = await preview('UPDATE company SET name = repeat(%(x)s, 100000) WHERE id = 1', {
        x: 'long',
      });
      expect(one?.after[0]?.name).toHaveLength(1001);
      expect(await bench.query(sum)).toEqual(before);
    });

    it('throws what a reset would throw, with its line', async () => {
      await expect(preview('SELECT 1;\nUPDATE nothing SET a = 1')).rejects.toMatchObject({
        code: 'sql_failed',
        detail: { line: 2 },
      });
    });
  });
});
