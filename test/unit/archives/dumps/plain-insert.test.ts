import { describe, expect, it } from 'vitest';
import { readInsertKind } from '../../../../electron/archives/dumps/plain-insert.ts';

describe('an INSERT', () => {
  it.each([
    "INSERT INTO public.t VALUES (1, 'a', NULL, true, -1.5e3, 'it''s')",
    'insert into "Odd ""t" ("select", b) values (1,2),\n(3, 4)',
    "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (E'a\\'b')",
    "INSERT INTO t VALUES (B'101', X'ff', $$x$$, $a$;'$a$)",
    'INSERT INTO t DEFAULT VALUES',
    "INSERT INTO größe VALUES ('ü')",
    "INSERT INTO t VALUES (E'\\\\', 'b')",
  ])('of written-out values is one: %s', (text) => {
    expect(readInsertKind(text)).toBe('values');
  });

  it('that passes over what is there is told apart', () => {
    expect(readInsertKind('INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING')).toBe('unless there');
  });

  it.each([
    'INSERT INTO t SELECT 1',
    'INSERT INTO t VALUES (now())',
    "INSERT INTO t VALUES (nextval('s'))",
    "INSERT INTO t VALUES ('1'::int)",
    'INSERT INTO t VALUES ((SELECT max(a) FROM t))',
    'INSERT INTO t VALUES (current_user)',
    'INSERT INTO t VALUES (DEFAULT)',
    'INSERT INTO t VALUES (1) RETURNING a',
    'INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING',
    'INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2',
    'INSERT INTO t AS x VALUES (1)',
    "INSERT INTO t VALUES ('a",
    'INSERT INTO t VALUES ($$a$b$)',
    'INSERT INTO t VALUES (1a)',
    'UPDATE t SET a = 1',
  ])('of anything more is none: %s', (text) => {
    expect(readInsertKind(text)).toBe('more');
  });

  it('of megabytes is told in linear time', () => {
    for (const part of ["'it''s'", "E'\\\\'", '$a$$$a$', '"', '1,', "''"]) {
      const text = `INSERT INTO t VALUES (${part.repeat(400_000)})`;
      expect(['values', 'more']).toContain(readInsertKind(text));
    }
  });
});
