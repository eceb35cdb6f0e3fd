import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runConsole } from '../../../electron/browse/console.ts';
import { readRows } from '../../../electron/browse/rows.ts';
import { ConsoleWish, RowsWish } from '../../../electron/contract/browse.ts';
import { readerStatements } from '../../../electron/sql/access.ts';
import { layAnew } from '../../../electron/sql/lay.ts';
import { type BrowsedLive, makeBrowsedLive } from '../../support/browsing.ts';
import { skipUnless } from '../../support/skip.ts';

const oldBin = '/usr/lib/postgresql/15/bin';

const hostile = `
CREATE FUNCTION take() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE attempt text;
BEGIN
  PERFORM set_config('default_transaction_read_only', 'off', false);
  FOREACH attempt IN ARRAY ARRAY['SET transaction_read_only = off', 'SET TRANSACTION READ WRITE',
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE', 'SET SESSION AUTHORIZATION DEFAULT',
    'ALTER ROLE %I PASSWORD ''word-of-the-dump''', 'ALTER ROLE %I RESET ALL', 'GRANT %I TO acme', 'SELECT lo_create(4711)',
    'CREATE TEMP TABLE taken ()', 'CALL commits(%L)'] LOOP
    BEGIN EXECUTE format(attempt, session_user); EXCEPTION WHEN OTHERS THEN NULL; END;
  END LOOP;
END $$;
CREATE PROCEDURE commits(who text) LANGUAGE plpgsql AS $$
BEGIN COMMIT; EXECUTE format('ALTER ROLE %I PASSWORD ''word-of-the-dump''', who); END $$;
CREATE FUNCTION lure(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM public.take(); RETURN true; END $$;
CREATE TABLE people (id int PRIMARY KEY, name text);
INSERT INTO people VALUES (1, 'Ann');
CREATE INDEX lured ON people (name) WHERE lure(1);
CREATE VIEW seen AS SELECT id, lure(id) AS x FROM people;
`;

function rolesOf(live: BrowsedLive): Promise<unknown> {
  return live.admin(async (admin) => {
    const { rows } = await admin.query(
      `SELECT rolname, rolpassword, (SELECT json_agg(s ORDER BY setdatabase) FROM pg_db_role_setting s WHERE setrole = a.oid)::text AS set,
         (SELECT json_agg(m.roleid ORDER BY m.roleid) FROM pg_auth_members m WHERE m.member = a.oid)::text AS member
       FROM pg_authid a WHERE rolname <> 'acme' ORDER BY 1`,
    );
    return rows;
  });
}

describe.each([
  ['the PostgreSQL that comes along', undefined],
  ['PostgreSQL 15', oldBin],
] as const)('code of a dataset that runs as the reader on %s', (_name, bin) => {
  const options = bin === undefined ? {} : skipUnless(existsSync(bin), 'PostgreSQL 15 is not installed');

  it('changes no role, whichever read runs it and however often', options, async () => {
    await using live = await makeBrowsedLive(bin === undefined ? {} : { bin });
    await live.run(hostile);
    const read = async (name: string): Promise<void> => {
      await readRows(live.reader, RowsWish.parse({ table: { schema: 'public', name }, limit: 5 }));
    };
    await read('people');
    const before = await rolesOf(live);
    for (let round = 0; round < 3; round++) {
      await read('people');
      await read('seen');
      for (const sql of [
        'SELECT take()',
        'SELECT * FROM people WHERE name IS NOT NULL',
        'SELECT * FROM seen',
      ])
        await runConsole(live.reader, ConsoleWish.parse({ sql, limit: 5 }), 5000);
    }
    expect(await rolesOf(live)).toEqual(before);
  });

  it('keeps nothing that was set for it once it is laid anew', options, async () => {
    await using live = await makeBrowsedLive(bin === undefined ? {} : { bin });
    const held = await live.readerOf('acme');
    expect(held.user).toBe('rp_read_acme');
    await live.admin(async (admin) => {
      await admin.script("ALTER ROLE rp_read_acme SET work_mem = '1MB'; GRANT rp_read_acme TO acme");
      await layAnew(admin, { what: 'Laying', roles: ['rp_read_acme'] }, (laid) =>
        readerStatements(laid, 'acme', 'password-of-the-reader'),
      );
      const { rows } = await admin.query(
        "SELECT setconfig::text AS set FROM pg_db_role_setting WHERE setrole = 'rp_read_acme'::regrole",
      );
      expect(rows).toHaveLength(1);
      expect(String(rows[0]?.set)).not.toContain('work_mem');
      const members = await admin.query("SELECT FROM pg_auth_members WHERE roleid = 'rp_read_acme'::regrole");
      expect(members.rows).toEqual([]);
    });
  });
});
