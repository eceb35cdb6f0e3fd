import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ArchiveContents } from '../../../electron/archives/contents.ts';
import { openContents } from '../../../electron/archives/layout.ts';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import { makeCore } from '../../support/core.ts';
import { readAll } from '../../support/csv.ts';
import { makeFolder } from '../../support/folder.ts';
import { type PublishedFiles, publish, repositoryFiles, storeFiles } from '../../support/published.ts';

interface Opened extends Disposable {
  readonly contents: ArchiveContents;
}

/** Pulls these files as one workflow's and opens what came. */
async function open(
  files: PublishedFiles,
  { schema = null }: { schema?: string | null } = {},
): Promise<Opened> {
  const home = makeCore();
  using folder = makeFolder();
  try {
    const publication = await openFolder(publish(join(folder.path, 'wf'), files)).publication(null, 'latest');
    const archive = await pullPublication(home.core, publication, { keepFreeBytes: 0 });
    const contents = await openContents(home.core, archive, { schema });
    return { contents, [Symbol.dispose]: () => home[Symbol.dispose]() };
  } catch (error) {
    home[Symbol.dispose]();
    throw error;
  }
}

function tablesOf({ data }: ArchiveContents): string[] {
  return data.map(({ schema, table }) => JSON.stringify([schema, table]));
}

describe('the layout of an archive', () => {
  it('of a file store is known by its schema files', async () => {
    using opened = await open(storeFiles);
    const { contents } = opened;
    expect(contents).toMatchObject({ format: 'file store', skipped: [], warnings: [] });
    expect(contents.scripts.map(({ file, purpose }) => [file, purpose])).toEqual([
      ['schema-public.sql', 'schema'],
      ['schema-public-restore-constraints.sql', 'constraints'],
      ['schema-public-set-sequences.sql', 'sequences'],
    ]);
    expect(await contents.scripts[0]?.read()).toBe(storeFiles['schema-public.sql']);
    expect(tablesOf(contents)).toEqual(['["public","note"]', '["public","person"]']);
    const rows = await contents.data[0]?.open();
    expect(rows?.columns).toEqual(['id', 'body']);
    expect(rows && (await readAll(rows.body))).toBe('1,"two\nlines, and a ""quote"""\n2,plain\n');
    expect(rows?.records()).toBe(2);
  });

  it('of a data repository has tables called as its files, in the schema that these name', async () => {
    using opened = await open(repositoryFiles(2));
    expect(opened.contents.format).toBe('data repository');
    expect(tablesOf(opened.contents)).toEqual(['["public","Album"]', '["public","Artist"]']);
  });

  it('tells a table with a dot in its name from a schema with a table', async () => {
    using opened = await open({
      'schema-odd.name.sql': 'CREATE TABLE public."odd.name" (id integer);\n',
      'table-odd.name.csv': 'id\n1\n',
      'schema-sales.orders.sql': 'CREATE TABLE sales.orders (id integer);\n',
      'table-sales.orders.csv': 'id\n1\n',
    });
    expect(tablesOf(opened.contents)).toEqual(['["public","odd.name"]', '["sales","orders"]']);
  });

  it('tells a schema with a dot in its name', async () => {
    using opened = await open({
      'schema-my.own.sql': 'CREATE TABLE "my.own"."a.b" (id integer);\n',
      'table-my.own.a.b.csv': 'id\n1\n',
      'table-my.own.c.csv': 'id\n1\n',
    });
    expect(tablesOf(opened.contents)).toEqual(['["my.own","a.b"]', '["my.own","c"]']);
  });

  it('leaves open which of two schemas a bare name means', async () => {
    using opened = await open({
      'schema-a.sql': 'CREATE TABLE one.a (id integer);\nCREATE TABLE two.a (id integer);\n',
      'table-a.csv': 'id\n1\n',
    });
    expect(tablesOf(opened.contents)).toEqual(['[null,"a"]']);
  });

  it('without a schema has its columns inferred, and says so', async () => {
    using opened = await open({
      'table-public.person.csv': 'id,"Full ""Name""",since\n1,a,2024-01-01\n2,b,\n',
      'table-audit.log.csv': 'id,ok\n1,t\n',
    });
    const { contents } = opened;
    expect(contents.format).toBe('CSV files');
    expect(contents.warnings).toEqual([
      { code: 'columns_inferred', message: expect.stringContaining('audit.log, public.person') },
    ]);
    expect(contents.scripts).toHaveLength(1);
    expect(await contents.scripts[0]?.read()).toBe(
      'CREATE SCHEMA "audit";\nCREATE TABLE "audit"."log" (\n  "id" integer,\n  "ok" boolean\n);\n' +
        'CREATE TABLE "public"."person" (\n  "id" integer,\n  "Full ""Name""" text,\n  "since" date\n);',
    );
    expect(tablesOf(contents)).toEqual(['["audit","log"]', '["public","person"]']);
  });

  it('has columns inferred only for tables that no schema file covers', async () => {
    using opened = await open({ ...storeFiles, 'table-audit.log.csv': 'id\n1\n' });
    expect(opened.contents.warnings).toEqual([
      { code: 'columns_inferred', message: expect.stringMatching(/for audit\.log:/) },
    ]);
    expect(opened.contents.scripts.map(({ purpose }) => purpose)).toEqual([
      'schema',
      'schema',
      'constraints',
      'sequences',
    ]);
  });

  it('takes a schema that is given in place of its own, and says what it left out', async () => {
    const schema =
      'CREATE TABLE crm.person (id bigint, email text);\nCREATE TABLE crm.note (id int, body text);';
    using opened = await open({ ...storeFiles, 'table-person.csv': 'id\n1\n' }, { schema });
    const { contents } = opened;
    expect(await contents.scripts[0]?.read()).toBe(schema);
    expect(contents.skipped).toEqual([
      { what: 'schema script', name: 'schema-public.sql', reason: expect.stringContaining('--schema') },
    ]);
    expect(contents.warnings).toEqual([]);
    expect(contents.data.find(({ file }) => file === 'table-person.csv')).toMatchObject({
      schema: 'crm',
      table: 'person',
    });
  });

  it('without a header in a table is refused where columns are to be inferred', async () => {
    await expect(open({ 'table-public.a.csv': '' })).rejects.toMatchObject({ code: 'csv_header_missing' });
    await expect(open({ 'table-public.a.csv': '1,1\n2,2\n' })).rejects.toMatchObject({
      code: 'csv_header_missing',
    });
  });
});
