import { loadParser } from '../../sql/parser.ts';
import type { SqlStatement } from '../../sql/split-items.ts';
import { splitStatements } from '../../sql/split-statements.ts';
import type { ArchiveContents, LargeObjects, RowStatements } from '../contents.ts';
import { readCopy } from './copy.ts';
import { damaged } from './damage.ts';
import type { Dump } from './dump.ts';
import { readInserts } from './inserts.ts';
import { leftOut } from './leftout.ts';
import { withoutEndMark } from './rows.ts';
import { listTables, type RowBlock } from './tables.ts';
import type { TocEntry } from './toc.ts';
import { refuseCode } from './untrusted.ts';

const special = new Set([
  'ENCODING',
  'STDSTRINGS',
  'SEARCHPATH',
  'TABLE DATA',
  'BLOB',
  'BLOB METADATA',
  'BLOBS',
]);

const codeKinds = new Set(['FUNCTION', 'PROCEDURE']);

type Skipped = ArchiveContents['skipped'][number];

/** What a dump with a table of contents holds. `schema` is SQL to use in place of its own definitions. */
export async function contentsOfDump(dump: Dump, schema: string | null): Promise<ArchiveContents> {
  const { file, toc } = dump;
  const parser = await loadParser();
  const blocks: RowBlock[] = [];
  const statements: RowStatements[] = [];
  const skipped: Skipped[] = [];
  const refused = new Set<TocEntry>();
  for (const entry of toc.entries) {
    const { kind, name, data, copy } = entry;
    const reason = leftOut[kind];
    if (reason !== undefined) skipped.push({ what: reason[0], name, reason: reason[1] });
    else if (kind === 'TABLE DATA') {
      if (data.kind === 'none') throw damaged(file, `the rows of ${name} are not there`);
      if (copy === '') statements.push(insertsOf(dump, entry));
      else {
        const target = readCopy(parser, { text: trimStatement(copy), line: 1, file: labelOf(dump, entry) });
        blocks.push({
          target: { ...target, schema: target.schema ?? (entry.schema === '' ? null : entry.schema) },
          sizeBytes: dump.sizeOf(entry),
          open: (onBytes, signal) => withoutEndMark(dump.open(entry, onBytes, signal), labelOf(dump, entry)),
        });
      }
    }
    const text = trimStatement(entry.sql);
    const code = codeKinds.has(kind)
      ? refuseCode(parser, { text, line: 1, file: labelOf(dump, entry) })
      : null;
    if (code !== null) {
      skipped.push(code);
      refused.add(entry);
    }
    if (/^(?!$|heap$)/.test(entry.accessMethod)) {
      skipped.push({
        what: 'access method',
        name: entry.accessMethod,
        reason: `${name} has the server's own`,
      });
    }
  }
  const own = { file: `the definitions of ${file}`, purpose: 'schema' as const };
  const read = async (): Promise<readonly SqlStatement[]> => splitEntries(dump, refused);
  const given = { file: '--schema', purpose: 'schema' as const, read: async () => schema ?? '' };
  if (schema !== null)
    skipped.push({ what: 'definitions', name: file, reason: 'another schema was given with --schema' });
  return {
    format: dump.format,
    scripts:
      schema === null ? [{ ...own, read: async () => textOf(await read()), statements: read }] : [given],
    data: listTables(file, toc.encoding.name, blocks),
    statements,
    largeObjects: listObjects(dump),
    isComplete: schema === null,
    encoding: toc.encoding.name,
    skipped,
    warnings: [],
  };
}

function labelOf({ file }: Dump, { kind, name }: TocEntry): string {
  return `${file} (${kind} ${name})`;
}

function textOf(statements: readonly SqlStatement[]): string {
  return statements.map(({ text }) => `${text};\n`).join('');
}

function trimStatement(text: string): string {
  return text.replace(/;\s*$/, '');
}

/** The definitions in the order of the table of contents, which pg_dump has sorted by what needs what. */
function splitEntries(dump: Dump, refused: ReadonlySet<TocEntry>): SqlStatement[] {
  const { toc } = dump;
  const escapes = escapesOf(dump);
  const before = `SET check_function_bodies = false;\nSET xmloption = content;\n${toc.searchPath}`;
  const statements = splitStatements(before, dump.file);
  let schema = '';
  for (const entry of toc.entries) {
    if (
      special.has(entry.kind) ||
      leftOut[entry.kind] !== undefined ||
      entry.sql === '' ||
      refused.has(entry)
    )
      continue;
    const file = labelOf(dump, entry);
    if (toc.searchPath === '' && entry.schema !== schema) {
      schema = entry.schema;
      statements.push(...splitStatements(pathTo(schema), file));
    }
    statements.push(...splitStatements(`${escapes}${entry.sql}`, file));
  }
  return statements;
}

// Written for servers before 9.1, and read by the splitter alone.
function escapesOf({ toc }: Dump): string {
  return toc.plainEscapes ? 'SET standard_conforming_strings = off; ' : '';
}

// Dumps from before the search path was written down name objects without their schema (PostgreSQL 10.2 and older).
function pathTo(schema: string): string {
  const first = schema === '' ? '' : `"${schema.replaceAll('"', '""')}", `;
  return `SET search_path = ${first}pg_catalog`;
}

function insertsOf(dump: Dump, entry: TocEntry): RowStatements {
  const { toc } = dump;
  const file = labelOf(dump, entry);
  const before = `${escapesOf(dump)}${toc.searchPath === '' ? `${pathTo(entry.schema)};` : toc.searchPath}\n`;
  return {
    file,
    tables: [{ schema: entry.schema === '' ? null : entry.schema, table: entry.name }],
    sizeBytes: dump.sizeOf(entry),
    open: (signal) =>
      readInserts(
        dump.open(entry, () => {}, signal),
        { file, before, encoding: toc.encoding },
      ),
  };
}

function listObjects(dump: Dump): LargeObjects[] {
  const { file, toc } = dump;
  const numbers: number[] = [];
  const found: LargeObjects[] = [];
  for (const entry of toc.entries) {
    if (entry.kind === 'BLOB') numbers.push(numberOf(dump, /lo_create\('(\d{1,10})'\)/.exec(entry.sql)?.[1]));
    if (entry.kind === 'BLOB METADATA') {
      const lines = entry.sql.split('\n').filter((line) => line !== '');
      for (const line of lines) numbers.push(numberOf(dump, /^\d{1,10}$/.exec(line)?.[0]));
    }
    if (entry.kind === 'BLOBS') {
      found.push({ file, sizeBytes: dump.sizeOf(entry), open: (signal) => dump.largeObjects(entry, signal) });
    }
  }
  if (numbers.length === 0) return found;
  // Made first, so that the empty ones are there too.
  const made: LargeObjects = {
    file,
    sizeBytes: 0,
    async *open() {
      for (const oid of numbers) yield { oid, body: nothing() };
    },
  };
  return [made, ...found];
}

async function* nothing(): AsyncGenerator<Buffer> {}

function numberOf({ file }: Dump, digits: string | undefined): number {
  if (digits === undefined) throw damaged(file, 'a large object has no number');
  return Number(digits);
}
