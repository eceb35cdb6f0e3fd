import { describe, expect, it } from 'vitest';
import { insertTarget } from '../../../electron/sql/insert-target.ts';

describe('the table that an INSERT names', () => {
  it.each([
    ["INSERT INTO public.item VALUES ('a')", 'public', 'item'],
    ['insert into Item (a) values (1)', null, 'item'],
    ['INSERT INTO "Odd"."t ""x""" VALUES (1)', 'Odd', 't "x"'],
    ['INSERT  INTO\nshop . größe VALUES (1)', 'shop', 'größe'],
    ['INSERT INTO a$b OVERRIDING SYSTEM VALUE VALUES (1)', null, 'a$b'],
  ])('is read from %s', (text, schema, table) => {
    expect(insertTarget(text)).toEqual({ schema, table });
  });

  it.each(['SELECT 1', 'INSERT INTO /* x */ item VALUES (1)', 'UPDATE item SET a = 1'])(
    'is not guessed at: %s',
    (text) => {
      expect(insertTarget(text)).toBeNull();
    },
  );
});
