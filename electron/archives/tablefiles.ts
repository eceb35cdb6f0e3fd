import { readPublishedName } from '../contract/published.ts';
import type { Coming } from './arrivals.ts';
import type { ArchiveContents, Script, TableData } from './contents.ts';
import { openCsv } from './csv.ts';
import { type DefinedTable, listDefinedTables } from './defined.ts';
import { inferTable } from './infer.ts';
import { isTable } from './recognise.ts';
import { writeSchemas, writeTable } from './schema.ts';

export type NamedFile = Coming['files'][number];

/** A table file and the table that it belongs to. */
interface Placed extends DefinedTable {
  readonly file: NamedFile;
  /** True where some script is to define the table; its columns are inferred otherwise. */
  readonly covered: boolean;
}

/**
 * Opens a file, which has come or is waited for, and gives its bytes, hashed on the way. Each chunk is good until the
 * next one is asked for.
 */
export type OpenFile = (file: NamedFile, signal?: AbortSignal) => Promise<AsyncIterable<Buffer>>;

/**
 * What published files hold that are known by name and can be opened, wherever they are; at least one is a table. Where
 * no schema is there for a table its columns are inferred from all of its rows, with the warning `columns_inferred`.
 */
export async function openFiles(
  all: readonly NamedFile[],
  open: OpenFile,
  { schema }: { readonly schema: string | null },
): Promise<ArchiveContents> {
  const files = all.map((file) => ({ file, published: readPublishedName(file.name) }));
  const tables = all.filter(({ name }) => isTable(name));
  const own = files.filter(({ published }) => published.kind === 'schema').map(({ file }) => file);
  const given: Script = { file: '--schema', purpose: 'schema', read: async () => schema ?? '' };
  const schemas = schema === null ? own.map((file) => scriptOf(open, file, 'schema')) : [given];
  const placed = await placeTables(tables, own, schemas, schema !== null);
  const bare = placed.filter(({ covered }) => !covered);
  const inferred = bare.length === 0 ? [] : [await inferScript(open, bare)];
  const scriptsOf = (kind: string, purpose: Script['purpose']) =>
    files.filter(({ published }) => published.kind === kind).map(({ file }) => scriptOf(open, file, purpose));
  return {
    format: formatOf(own, tables),
    scripts: [
      ...schemas,
      ...inferred,
      ...scriptsOf('restore-constraints', 'constraints'),
      ...scriptsOf('set-sequences', 'sequences'),
    ],
    data: placed.map((one) => dataOf(open, one)),
    skipped: schema === null ? [] : own.map(({ name }) => replaced(name)),
    warnings: bare.length === 0 ? [] : [warnInferred(bare)],
  };
}

async function placeTables(
  tables: readonly NamedFile[],
  own: readonly NamedFile[],
  schemas: readonly Script[],
  isGiven: boolean,
): Promise<Placed[]> {
  const defined: DefinedTable[] = [];
  for (const script of schemas) defined.push(...listDefinedTables(await script.read()));
  const names = new Set(own.map(({ name }) => schemaNameOf(name)));
  return tables.map((file) => {
    const stem = stemOf(file.name);
    const found = findDefined(defined, stem);
    if (found !== null) return { file, ...found, covered: true };
    // The data repository has one schema file a table, called as the table.
    if (names.has(stem)) return { file, schema: null, table: stem, covered: true };
    // The file store has one a schema; a schema's name may have dots, so the longest that is there is meant.
    const dots = [...stem.matchAll(/\./g)].map(({ index }) => index).reverse();
    const dot = dots.find((at) => names.has(stem.slice(0, at))) ?? stem.indexOf('.');
    const isSplit = dot > 0 && dot < stem.length - 1;
    const schema = isSplit ? stem.slice(0, dot) : null;
    const table = isSplit ? stem.slice(dot + 1) : stem;
    const covered = isGiven || (schema !== null && names.has(schema));
    return { file, schema: schema ?? (covered ? null : 'public'), table, covered };
  });
}

/** The defined table that a file's name means, by its whole name or its table's alone; null where several would do. */
function findDefined(defined: readonly DefinedTable[], stem: string): DefinedTable | null {
  const whole = defined.find(({ schema, table }) => schema !== null && `${schema}.${table}` === stem);
  if (whole !== undefined) return whole;
  const alone = new Map(
    defined.filter(({ table }) => table === stem).map((one) => [one.schema, one] as const),
  );
  return alone.size === 1 ? ([...alone.values()][0] ?? null) : null;
}

function stemOf(file: string): string {
  return file.replace(/^table-/, '').replace(/\.csv$/i, '');
}

function schemaNameOf(file: string): string {
  const published = readPublishedName(file);
  return published.kind === 'schema' ? published.of : '';
}

function formatOf(own: readonly NamedFile[], tables: readonly NamedFile[]): string {
  if (own.length === 0) return 'CSV files';
  const names = new Set(own.map(({ name }) => schemaNameOf(name)));
  return tables.some(({ name }) => names.has(stemOf(name))) ? 'data repository' : 'file store';
}

function scriptOf(open: OpenFile, file: NamedFile, purpose: Script['purpose']): Script {
  return {
    file: file.name,
    purpose,
    read: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of await open(file)) chunks.push(Buffer.from(chunk));
      return new TextDecoder().decode(Buffer.concat(chunks));
    },
  };
}

function dataOf(open: OpenFile, { file, schema, table }: Placed): TableData {
  return {
    file: file.name,
    schema,
    table,
    sizeBytes: file.sizeBytes ?? 0,
    open: async (signal) => openCsv(await open(file, signal), file.name),
  };
}

async function inferScript(open: OpenFile, bare: readonly Placed[]): Promise<Script> {
  const statements: string[] = [];
  const schemas = new Set(bare.map(({ schema }) => schema ?? 'public'));
  for (const { file, schema, table } of bare) {
    const { columns, body } = await openCsv(await open(file), file.name);
    const types = await inferTable(body, columns.length);
    statements.push(
      writeTable(
        schema ?? 'public',
        table,
        columns.map((name, index) => ({ name, type: types[index] ?? 'text' })),
      ),
    );
  }
  const sql = [...writeSchemas(schemas), ...statements].join('\n');
  return { file: 'inferred columns', purpose: 'schema', read: async () => sql };
}

function warnInferred(bare: readonly Placed[]): { code: string; message: string } {
  const names = bare.map(({ schema, table }) => `${schema ?? 'public'}.${table}`);
  return {
    code: 'columns_inferred',
    message: `There is no schema for ${names.join(', ')}: columns were inferred from the rows, without keys or indexes.`,
  };
}

function replaced(name: string): { what: string; name: string; reason: string } {
  return { what: 'schema script', name, reason: 'another schema was given with --schema' };
}
