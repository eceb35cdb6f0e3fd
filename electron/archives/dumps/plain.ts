import { RockpoolError } from '../../contract/errors.ts';
import { loadParser, type SqlParser } from '../../sql/parser.ts';
import { isRestrict } from '../../sql/restrict.ts';
import { type SplitItem, type SqlStatement, StatementSplitter } from '../../sql/split.ts';
import type { ArchiveContents } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import { type CopyTarget, readCopy } from './copy.ts';
import { unreadable } from './damage.ts';
import { type Encoding, findEncoding } from './encoding.ts';
import { readFrame } from './frame.ts';
import { listTables, type RowBlock } from './tables.ts';
import { refuseCode } from './untrusted.ts';

/**
 * Opens a dump in plain SQL. It is read once from end to end: statements are kept, and of the rows of each COPY only
 * where they stand, so that tables can then be loaded side by side, each from its own part of the file. INSERTs are read
 * again when their turn comes. Throws `sql_refused`, `sql_invalid`, `archive_damaged` and `format_unknown`.
 */
export async function openPlain(
  bytes: Bytes,
  schema: string | null,
  signal?: AbortSignal,
): Promise<ArchiveContents> {
  const { file } = bytes;
  const frame = await readFrame(bytes, signal);
  const encoding = findEncoding(frame.encoding, file);
  const index = new PlainIndex(bytes, await loadParser(), frame.isCluster);
  for await (const item of splitPlain(bytes, encoding, signal)) index.add(item);
  if (frame.isCluster && !index.hasObjects) {
    throw unreadable(file, 'it holds roles only, and no data', 'Export a database with pg_dump.');
  }
  const own = { file, purpose: 'schema' as const };
  const statements = async (): Promise<readonly SqlStatement[]> => index.statements;
  const read = async (): Promise<string> => index.statements.map(({ text }) => `${text};\n`).join('');
  const replaced = { what: 'definitions', name: file, reason: 'another schema was given with --schema' };
  return {
    format: 'plain SQL',
    scripts:
      schema === null
        ? [{ ...own, read, statements }]
        : [{ file: '--schema', purpose: 'schema', read: async () => schema }],
    data: listTables(file, encoding.name, index.blocks),
    statements:
      index.inserts === 0 ? [] : [{ file, sizeBytes: index.insertBytes, open: readAgain(bytes, encoding) }],
    encoding: encoding.name,
    skipped: [...index.skipped, ...(schema === null ? [] : [replaced])],
    warnings: [],
  };
}

const connectLine = /^\\connect (?:-reuse-previous=on )?("?[^"\\`]+"?)[ \t\r]*$/;

async function* splitPlain(
  bytes: Bytes,
  { decode }: Encoding,
  signal?: AbortSignal,
): AsyncGenerator<SplitItem> {
  // Which database a \connect means is seen to in order, with the statements before it.
  const takesCommand = (text: string): boolean => isRestrict(text) || connectLine.test(text);
  const splitter = new StatementSplitter(bytes.file, { decode, takesCommand });
  for await (const chunk of bytes.read(0, bytes.sizeBytes, signal)) yield* splitter.push(chunk);
  yield* splitter.end();
}

const rowStatement =
  /^(insert\s+into|select\s+pg_catalog\.(lo_create|lo_open|lowrite|lo_close|lo_put|lo_from_bytea)\s*\()/i;
const settingStatement = /^(set|reset)\s|^select\s+pg_catalog\.set_config\s*\(/i;
const transaction = /^(begin|commit|end|start\s+transaction)(\s+(work|transaction))?$/i;
const databaseMade = /^create\s+database\s+("(?:[^"]|"")+"|\S+)/i;
const dropsDefault = /^alter\s+table\s.*\salter\s+column\s.*\sdrop\s+default$/is;

function readAgain(bytes: Bytes, encoding: Encoding) {
  return async function* (signal?: AbortSignal): AsyncGenerator<SqlStatement> {
    for await (const item of splitPlain(bytes, encoding, signal)) {
      if (item.kind !== 'statement') continue;
      const { text } = item.statement;
      if (rowStatement.test(text) || settingStatement.test(text)) yield item.statement;
    }
  };
}

class PlainIndex {
  readonly statements: SqlStatement[] = [];
  readonly blocks: RowBlock[] = [];
  readonly skipped: { what: string; name: string; reason: string }[] = [];
  inserts = 0;
  insertBytes = 0;
  /** True once something is made that a database holds. */
  hasObjects = false;
  readonly #bytes: Bytes;
  readonly #parser: SqlParser;
  readonly #isCluster: boolean;
  #database: string | null = null;
  #target: CopyTarget | null = null;
  #rows: { start: number; end: number } | null = null;

  constructor(bytes: Bytes, parser: SqlParser, isCluster: boolean) {
    this.#bytes = bytes;
    this.#parser = parser;
    this.#isCluster = isCluster;
  }

  add(item: SplitItem): void {
    switch (item.kind) {
      case 'skipped':
        if (!isRestrict(item.text)) this.#connect(item.text, item.line);
        return;
      case 'statement':
        this.#addStatement(item.statement);
        return;
      case 'copy':
        this.#target = readCopy(this.#parser, item.statement);
        this.#rows = null;
        this.hasObjects = true;
        return;
      case 'copyData':
        this.#rows = { start: this.#rows?.start ?? item.at, end: item.at + item.bytes.length };
        return;
      default:
        this.#endRows();
    }
  }

  #endRows(): void {
    const target = this.#target;
    if (target === null) return;
    const { start, end } = this.#rows ?? { start: 0, end: 0 };
    const bytes = this.#bytes;
    this.blocks.push({
      target,
      sizeBytes: end - start,
      open: async function* (onBytes, signal) {
        let done = 0;
        for await (const chunk of bytes.read(start, end, signal)) {
          done += chunk.length;
          onBytes(done);
          yield chunk;
        }
      },
    });
  }

  #addStatement(statement: SqlStatement): void {
    const { text } = statement;
    if (rowStatement.test(text)) {
      this.inserts++;
      this.insertBytes += text.length;
      this.hasObjects = true;
      return;
    }
    // Nothing of a restore needs the transactions of the dump: the database is nobody's until all is in.
    if (transaction.test(text)) return;
    const made = databaseMade.exec(text)?.[1];
    if (made !== undefined || /^drop\s+database\s/i.test(text)) {
      this.#database = made === undefined ? this.#database : unquote(made);
      this.skipped.push({
        what: 'database',
        name: made ?? '',
        reason: 'a dataset is restored into a database of its own',
      });
      return;
    }
    const code = refuseCode(this.#parser, statement);
    if (code !== null) {
      this.skipped.push(code);
      return;
    }
    if (/^create\s+(unlogged\s+)?(table|schema|function|view|type|extension)\s/i.test(text))
      this.hasObjects = true;
    // What --clean takes away before it is made; later on it would take away what was made.
    if (!this.hasObjects && dropsDefault.test(text)) {
      this.skipped.push({ what: 'drop', name: '', reason: 'the database is new' });
      return;
    }
    this.statements.push(statement);
  }

  #connect(text: string, line: number): void {
    const { file } = this.#bytes;
    if (this.#isCluster) {
      throw unreadable(
        file,
        'it is a dump of a whole cluster, which can hold several databases',
        'Export the one database with pg_dump.',
      );
    }
    const target = unquote(connectLine.exec(text)?.[1] ?? '');
    // A name with odd letters comes as a connection string.
    const name = /^dbname='?([^']*)'?$/.exec(target)?.[1] ?? target;
    if (name !== this.#database || this.hasObjects) {
      throw new RockpoolError('sql_refused', `${file} holds a command of psql in line ${line}.`, {
        hint: 'A dataset must not run commands, so nothing of it was restored. Ask those who publish it.',
        detail: { file, line },
      });
    }
    this.skipped.push({ what: 'connect', name, reason: 'a dataset is restored into a database of its own' });
  }
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
