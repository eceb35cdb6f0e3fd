import { isUtf8 } from 'node:buffer';
import { RockpoolError } from '../../contract/errors.ts';
import { loadParser } from '../../sql/parser.ts';
import { isRestrict } from '../../sql/restrict.ts';
import { type SplitItem, type SqlStatement, StatementSplitter } from '../../sql/split.ts';
import type { ArchiveContents } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import { connectTarget, isEncodingCommand } from './connect.ts';
import { unreadable } from './damage.ts';
import { type Encoding, findEncoding } from './encoding.ts';
import { readFrame } from './frame.ts';
import { isRowStatement, isSettingStatement, type PlainSection, PlainSections } from './sections.ts';
import { listTables } from './tables.ts';

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
 * again when their turn comes. Throws `usage` where it holds several databases and none or another was asked for,
 * `sql_refused`, `sql_invalid`, `archive_damaged` and `format_unknown`.
 */
export async function openPlain(
  bytes: Bytes,
  { schema, database = null, signal }: PlainOptions,
): Promise<ArchiveContents> {
  const { file } = bytes;
  const frame = await readFrame(bytes, signal);
  const read = async (encodings: Encodings): Promise<PlainSections> => {
    const sections = new PlainSections(bytes, await loadParser(), frame.isCluster);
    for await (const item of splitPlain(bytes, encodings, signal)) sections.add(item);
    return sections;
  };
  let encoding = findEncoding(frame.encoding, file);
  let encodings: Encodings = encoding;
  let sections = await read(frame.isCluster ? anyEncoding : encodings);
  let section = choose(sections, database, file);
  if (frame.isCluster) {
    encoding = findEncoding(section.encoding ?? frame.encoding, file);
    encodings = onlyOf(section.database, encoding);
    sections = await read(encodings);
    section = choose(sections, section.database, file);
  }
  const own = { file, purpose: 'schema' as const };
  const kept = [...sections.before, ...section.statements];
  const text = async (): Promise<string> => kept.map((statement) => `${statement.text};\n`).join('');
  const replaced = { what: 'definitions', name: file, reason: 'another schema was given with --schema' };
  const others = sections.named().filter(({ database: name }) => name !== section.database);
  return {
    format: 'plain SQL',
    scripts:
      schema === null
        ? [{ ...own, read: text, statements: async () => kept }]
        : [{ file: '--schema', purpose: 'schema', read: async () => schema }],
    data: listTables(file, encoding.name, section.blocks),
    statements:
      section.inserts === 0
        ? []
        : [
            {
              file,
              tables: [...section.insertTables.values()],
              sizeBytes: section.insertBytes,
              open: readAgain(bytes, encodings, section),
            },
          ],
    encoding: encoding.name,
    skipped: [
      ...sections.skipped,
      ...section.skipped,
      ...others.map(({ database: name }) => ({
        what: 'database',
        name: name ?? '',
        reason: '--database installs it in place of this one',
      })),
      ...(schema === null ? [] : [replaced]),
    ],
    warnings: [],
  };
}

/** How text of each database is decoded. */
interface Encodings {
  decode(bytes: Buffer, database: string | null): string;
}

// For finding out which databases there are: every encoding of PostgreSQL's has ASCII where ASCII is.
const anyEncoding: Encodings = {
  decode: (bytes) => bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1'),
};

// Each database of a cluster has its own, and only this one is to be understood.
function onlyOf(database: string | null, { decode }: Encoding): Encodings {
  return { decode: (bytes, of) => (of === database ? decode(bytes) : anyEncoding.decode(bytes, of)) };
}

function choose(sections: PlainSections, wanted: string | null, file: string): PlainSection {
  const filled = sections.filled();
  const names = sections.named().map(({ database }) => database ?? '');
  if (wanted !== null) {
    const found = sections.named().find(({ database }) => database === wanted);
    if (found !== undefined) return found;
    throw new RockpoolError('usage', `${file} holds no database ${wanted}.`, {
      hint:
        names.length === 0
          ? 'It is a dump of one database: leave --database out.'
          : `It holds ${listNames(names)}: choose with --database NAME.`,
      detail: { file, database: wanted },
    });
  }
  const [only, another] = filled;
  if (another !== undefined) {
    const several = filled.map(({ database }) => database ?? 'one without a name');
    throw new RockpoolError('usage', `${file} holds several databases: ${listNames(several)}.`, {
      hint: 'Say which one is meant with --database NAME.',
      detail: { file, databases: filled.length },
    });
  }
  if (only === undefined && sections.isCluster) {
    throw unreadable(file, 'it holds roles only, and no data', 'Export a database with pg_dump.');
  }
  return only ?? sections.last;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

async function* splitPlain(
  bytes: Bytes,
  encodings: Encodings,
  signal?: AbortSignal,
): AsyncGenerator<SplitItem> {
  let current: string | null = null;
  // Which database a \connect means is seen to in order, with the statements before it.
  const takesCommand = (text: string): boolean => {
    const target = connectTarget(text);
    current = target ?? current;
    return target !== null || isRestrict(text) || isEncodingCommand(text);
  };
  const decode = (chunk: Buffer): string => encodings.decode(chunk, current);
  const splitter = new StatementSplitter(bytes.file, { decode, takesCommand });
  for await (const chunk of bytes.read(0, bytes.sizeBytes, signal)) yield* splitter.push(chunk);
  yield* splitter.end();
}

function readAgain(bytes: Bytes, encodings: Encodings, { database }: PlainSection) {
  return async function* (signal?: AbortSignal): AsyncGenerator<SqlStatement> {
    let current: string | null = null;
    for await (const item of splitPlain(bytes, encodings, signal)) {
      if (item.kind === 'skipped') current = connectTarget(item.text) ?? current;
      if (item.kind !== 'statement') continue;
      const isOwn = current === database;
      if (isOwn && isRowStatement(item.statement)) yield item.statement;
      // What stands before the first \connect holds behind it too.
      if ((isOwn || current === null) && isSettingStatement(item.statement)) yield item.statement;
    }
  };
}
