import { randomFor, randomString } from './random.ts';

// In the order in which pg_dump writes them
const KINDS = [
  'TYPE',
  'DOMAIN',
  'FUNCTION',
  'TABLE',
  'VIEW',
  'SEQUENCE',
  'DEFAULT',
  'CONSTRAINT',
  'INDEX',
  'TRIGGER',
  'FK CONSTRAINT',
] as const;

/** One entry of a dump: what it is, the name in its heading, its SQL, and what is said about it right after it. */
export type DumpObject = {
  kind: (typeof KINDS)[number];
  name: string;
  sql: string;
  followers?: readonly { kind: string; name: string; sql: string }[];
};

/** All that stands in the schema file of one table or view. */
export type SchemaFile = { name: string; objects: readonly DumpObject[] };

/** Writes a schema file the way `pg_dump -s -O -x -t` of PostgreSQL 17 does. */
export function writeSchema(file: SchemaFile): string {
  const objects = [...file.objects].sort(
    (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (sortName(a) < sortName(b) ? -1 : 1),
  );
  const firstTable = objects.findIndex((object) => object.kind === 'TABLE');
  const entries = objects.flatMap((object, index) => [
    ...(index === firstTable ? [STORAGE] : []),
    ...[object, ...(object.followers ?? [])].map(entry),
  ]);
  const token = randomString(randomFor(`restrict ${file.name}`), 63);
  return `--
-- PostgreSQL database dump
--

\\restrict ${token}

${PREAMBLE}
${entries.join('')}--
-- PostgreSQL database dump complete
--

\\unrestrict ${token}

`;
}

const PREAMBLE = `-- Dumped from database version 17.6
-- Dumped by pg_dump version 17.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
`;

const STORAGE = `SET default_tablespace = '';

SET default_table_access_method = heap;

`;

function entry(object: { kind: string; name: string; sql: string }): string {
  return `--
-- Name: ${object.name}; Type: ${object.kind}; Schema: public; Owner: -
--

${object.sql}


`;
}

// pg_dump heads a constraint with "table constraint" and sorts it by its own name
function sortName(object: DumpObject): string {
  return object.name.split(' ').at(-1) ?? object.name;
}

/** A table with its columns and checks, one a line as pg_dump prints them, and comments by column (`''` is the table). */
export function table(
  name: string,
  lines: readonly string[],
  comments: Readonly<Record<string, string>> = {},
): DumpObject {
  const followers = Object.entries(comments).map(([column, text]) => {
    const target = column === '' ? `TABLE ${name}` : `COLUMN ${name}.${column}`;
    const qualified = column === '' ? `TABLE public.${name}` : `COLUMN public.${name}.${column}`;
    return {
      kind: 'COMMENT',
      name: target,
      sql: `COMMENT ON ${qualified} IS '${text.replaceAll("'", "''")}';`,
    };
  });
  const body = lines.map((line) => `    ${line}`).join(',\n');
  return { kind: 'TABLE', name, sql: `CREATE TABLE public.${name} (\n${body}\n);`, followers };
}

/** The column `id` of a table counts by a sequence that the table owns (`serial`, `bigserial`). */
export function serial(table: string, type: 'integer' | 'bigint'): DumpObject[] {
  const sequence = `${table}_id_seq`;
  const header = type === 'bigint' ? '' : `\n    AS ${type}`;
  return [
    {
      kind: 'SEQUENCE',
      name: sequence,
      sql: `CREATE SEQUENCE public.${sequence}${header}\n${COUNTING};`,
      followers: [
        {
          kind: 'SEQUENCE OWNED BY',
          name: sequence,
          sql: `ALTER SEQUENCE public.${sequence} OWNED BY public.${table}.id;`,
        },
      ],
    },
    {
      kind: 'DEFAULT',
      name: `${table} id`,
      sql: `ALTER TABLE ONLY public.${table} ALTER COLUMN id SET DEFAULT nextval('public.${sequence}'::regclass);`,
    },
  ];
}

/** The column `id` of a table is an identity. */
export function identity(table: string, generated: 'ALWAYS' | 'BY DEFAULT'): DumpObject {
  const sequence = `${table}_id_seq`;
  return {
    kind: 'SEQUENCE',
    name: sequence,
    sql: `ALTER TABLE public.${table} ALTER COLUMN id ADD GENERATED ${generated} AS IDENTITY (
    SEQUENCE NAME public.${sequence}
${COUNTING}
);`,
  };
}

const COUNTING = `    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1`;

/** The primary key of a table. */
export function primaryKey(table: string, ...columns: string[]): DumpObject {
  return constraint('CONSTRAINT', table, `${table}_pkey`, `PRIMARY KEY (${columns.join(', ')})`);
}

/** A unique constraint of a table. */
export function unique(table: string, ...columns: string[]): DumpObject {
  const name = `${table}_${columns.join('_').replaceAll('"', '')}_key`;
  return constraint('CONSTRAINT', table, name, `UNIQUE (${columns.join(', ')})`);
}

/** A foreign key to the column `id` of another table, with what follows it, such as ` ON DELETE CASCADE`. */
export function foreignKey(table: string, column: string, target: string, rest = ''): DumpObject {
  const definition = `FOREIGN KEY (${column}) REFERENCES public.${target}(id)${rest}`;
  return constraint('FK CONSTRAINT', table, `${table}_${column}_fkey`, definition);
}

function constraint(kind: DumpObject['kind'], table: string, name: string, definition: string): DumpObject {
  return {
    kind,
    name: `${table} ${name}`,
    sql: `ALTER TABLE ONLY public.${table}\n    ADD CONSTRAINT ${name} ${definition};`,
  };
}

/** An index: its name, its table and what follows `USING`; `UNIQUE` where it is. */
export function index(name: string, table: string, definition: string, kind: 'UNIQUE' | '' = ''): DumpObject {
  const create = kind === 'UNIQUE' ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX';
  return { kind: 'INDEX', name, sql: `${create} ${name} ON public.${table} USING ${definition};` };
}

/** The trigger that keeps `updated_at` of a table. */
export function touchTrigger(table: string): DumpObject {
  const name = `${table}_set_updated_at`;
  return {
    kind: 'TRIGGER',
    name: `${table} ${name}`,
    sql: `CREATE TRIGGER ${name} BEFORE UPDATE ON public.${table} FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();`,
  };
}
