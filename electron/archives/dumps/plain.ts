import { loadParser } from '../../sql/parser.ts';
import { StatementSplitter } from '../../sql/split.ts';
import type { SplitItem, SqlStatement } from '../../sql/split-items.ts';
import type { ArchiveContents, RowStatements } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import { damaged, unreadable } from './damage.ts';
import { findEncoding } from './encoding.ts';
import { type Frame, readFrame } from './frame.ts';
import { connectTarget, readPsqlCommand } from './psql-commands.ts';
import { openReplay, type ReplaySource } from './replay.ts';
import { type Encodings, ScriptState } from './script-state.ts';
import { isRowStatement, isSettingStatement, type Section } from './section.ts';
import { chooseSection, PlainSections } from './sections.ts';
import { listTables } from './tables.ts';

// Ten times what the largest schemas have; each is kept in memory.
const mostStatements = 2_000_000;

export interface PlainOptions {
  /** SQL to use in place of the dump's own definitions. */
  readonly schema: string | null;
  /** Which database is meant of a dump that holds several; null for the only one. */
  readonly database?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a dump in plain SQL. It is read once from end to end: statements are kept, and of the rows of each COPY only
 * where they stand, so that tables can then be loaded side by side, each from its own part of the file. INSERTs are read
 * again when their turn comes. From the first statement on that pg_dump would not have written there, all is read again
 * and run as it stands. Throws `usage` where it holds several databases and none or another was asked for,
 * `sql_refused`, `sql_invalid`, `archive_damaged` and `format_unknown`.
 */
export async function openPlain(
  bytes: Bytes,
  { schema, database = null, signal }: PlainOptions,
): Promise<ArchiveContents> {
  const { file } = bytes;
  const frame = await readFrame(bytes, signal);
  const { sections, section, encodings } = await readSections(bytes, frame, database, signal);
  requireEnd(frame, sections, file);
  const source: ReplaySource = { bytes, encodings, changes: sections.changes, section };
  const replay = openReplay(source);
  if (replay !== null && schema !== null) throw needsOwnSchema(file, replay.line);
  // Rows that are run as they stand may have another encoding than those before.
  const encoding = section.cut?.what === 'change of the encoding' ? 'UTF8' : encodings.first.name;
  const kept = [...sections.before, ...section.statements];
  const text = async (): Promise<string> => kept.map((statement) => `${statement.text};\n`).join('');
  const others = sections.named().filter(({ database: name }) => name !== section.database);
  return {
    format: 'plain SQL',
    scripts:
      schema === null
        ? [{ file, purpose: 'schema', read: text, statements: async () => kept }]
        : [{ file: '--schema', purpose: 'schema', read: async () => schema }],
    data: listTables(file, encodings.first.name, section.blocks),
    statements: section.inserts.count === 0 ? [] : [insertsOf(source)],
    ...(replay === null ? {} : { replay }),
    isComplete: schema === null,
    encoding,
    skipped: [
      ...sections.skipped,
      ...section.skipped,
      ...others.map(({ database: name }) => ({
        what: 'database',
        name: name ?? '',
        reason: '--database installs it in place of this one',
      })),
      ...(schema === null
        ? []
        : [{ what: 'definitions', name: file, reason: 'another schema was given with --schema' }]),
    ],
    warnings: frame.isWhole ? [] : [{ code: 'last_line_missing', message: missingEnd(file) }],
  };
}

interface ReadSections {
  readonly sections: PlainSections;
  readonly section: Section;
  readonly encodings: Encodings;
}

// Of a cluster it is not known before which databases there are, and each has an encoding of its own.
async function readSections(
  bytes: Bytes,
  frame: Frame,
  database: string | null,
  signal?: AbortSignal,
): Promise<ReadSections> {
  const { file } = bytes;
  const read = async (encodings: Encodings, chosen: string | null): Promise<PlainSections> => {
    const sections = new PlainSections(bytes, await loadParser(), frame, chosen);
    for await (const item of splitPlain(bytes, encodings, signal)) {
      sections.add(item);
      if (sections.last.statements.length > mostStatements) {
        const hint = 'Have it exported with pg_dump in the custom format, or in parts.';
        throw unreadable(file, `it holds more than ${mostStatements} statements that are no rows`, hint);
      }
    }
    sections.finish();
    return sections;
  };
  const first = findEncoding(frame.encoding, file);
  if (!frame.isCluster) {
    const encodings = { first, isStrict: () => true };
    const sections = await read(encodings, null);
    return { sections, section: chooseSection(sections, database, file) ?? sections.last, encodings };
  }
  const found = chooseSection(await read({ first, isStrict: () => false }, null), database, file);
  if (found === null)
    throw unreadable(file, 'it holds roles only, and no data', 'Export a database with pg_dump.');
  const encodings = {
    first: findEncoding(found.encoding ?? frame.encoding, file),
    isStrict: (name: string | null) => name === found.database,
  };
  const sections = await read(encodings, found.database);
  return { sections, section: chooseSection(sections, found.database, file) ?? sections.last, encodings };
}

async function* splitPlain(
  bytes: Bytes,
  encodings: Encodings,
  signal?: AbortSignal,
): AsyncGenerator<SplitItem> {
  const splitter = new StatementSplitter(bytes.file, new ScriptState(bytes.file, encodings).options());
  for await (const chunk of bytes.read(0, bytes.sizeBytes, signal)) yield* splitter.push(chunk);
  yield* splitter.end();
}

function insertsOf(source: ReplaySource): RowStatements {
  const { bytes, section } = source;
  return {
    file: bytes.file,
    tables: section.insertTables,
    sizeBytes: section.inserts.bytes,
    open: (signal) => readInserts(source, signal),
  };
}

async function* readInserts(
  { bytes, encodings, section }: ReplaySource,
  signal?: AbortSignal,
): AsyncGenerator<SqlStatement> {
  const { database, cut } = section;
  let current: string | null = null;
  for await (const item of splitPlain(bytes, encodings, signal)) {
    if ('at' in item && cut !== null && item.at >= cut.at) return;
    if (item.kind === 'skipped' && readPsqlCommand(item.text)?.kind === 'connect') {
      current = connectTarget(item.text) ?? current;
      if (current === database) yield* section.session;
    }
    if (item.kind !== 'statement') continue;
    const isOwn = current === database;
    if (isOwn && isRowStatement(item.statement)) yield item.statement;
    // What stands before the first \connect holds behind it too.
    if ((isOwn || current === null) && isSettingStatement(item.statement)) yield item.statement;
  }
}

// The last line tells that all has come. Without it a statement or rows that break off are damage.
function requireEnd({ isWhole }: Frame, sections: PlainSections, file: string): void {
  if (!isWhole && sections.isEmpty)
    throw damaged(file, 'nothing stands behind its head, and its last line is missing');
}

function missingEnd(file: string): string {
  return `${file} begins as pg_dump writes it and lacks its last line. Its rows are closed, but what stood behind them may be missing.`;
}

function needsOwnSchema(file: string, line: number) {
  return unreadable(
    file,
    `from line ${line} on it holds statements that are run as they stand, which need its own definitions`,
    'Leave --schema out.',
    { line },
  );
}
