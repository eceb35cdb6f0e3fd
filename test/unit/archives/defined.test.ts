import { describe, expect, it } from 'vitest';
import { listDefinedTables } from '../../../electron/archives/defined.ts';

describe('the tables that a schema script creates', () => {
  it('are found with quoted, dotted, mixed-case and bare names', () => {
    const sql = `
CREATE TABLE public.film (id int);
CREATE TABLE "Odd Schema"."a.b ""c""" (id int);
create unlogged table if not exists "Album" (id int);
CREATE TABLE Film_Actor (id int);
CREATE FOREIGN TABLE public.far (id int);
CREATE TABLE public."Größe" (id int);`;
    expect(listDefinedTables(sql)).toEqual([
      { schema: 'public', table: 'film' },
      { schema: 'Odd Schema', table: 'a.b "c"' },
      { schema: null, table: 'Album' },
      { schema: null, table: 'film_actor' },
      { schema: 'public', table: 'far' },
      { schema: 'public', table: 'Größe' },
    ]);
  });

  it('are not found in the middle of a line', () => {
    expect(listDefinedTables("-- CREATE TABLE public.no (id int);\nSELECT 'CREATE TABLE x';")).toEqual([]);
  });
});
