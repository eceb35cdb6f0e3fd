import { RockpoolError } from '../../contract/errors.ts';
import { insertTarget } from '../../sql/insert-target.ts';
import type { SqlParser } from '../../sql/parser.ts';
import type { SplitItem, SqlStatement } from '../../sql/split.ts';
import type { ArchiveContents } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import { connectTarget, unquote } from './connect.ts';
import { type CopyTarget, readCopy } from './copy.ts';
import type { RowBlock } from './tables.ts';
import { refuseCode } from './untrusted.ts';

type Skipped = ArchiveContents['skipped'][number];

/** What a dump in plain SQL holds of one database. */
export interface PlainSection {
  /** Null where the dump does not name it. */
  readonly database: string | null;
  /** What it says of its text; null where it says nothing. */
  readonly encoding: string | null;
  readonly statements: readonly SqlStatement[];
  readonly blocks: readonly RowBlock[];
  readonly skipped: readonly Skipped[];
  readonly inserts: number;
  readonly insertBytes: number;
  /** The tables that INSERTs are for, each once. */
  readonly insertTables: ReadonlyMap<string, { readonly schema: string | null; readonly table: string }>;
  /** True once something is made that a database holds. */
  readonly hasObjects: boolean;
}

class Section implements PlainSection {
  readonly database: string | null;
  encoding: string | null = null;
  readonly statements: SqlStatement[] = [];
  readonly blocks: RowBlock[] = [];
  readonly skipped: Skipped[] = [];
  inserts = 0;
  insertBytes = 0;
  readonly insertTables = new Map<string, { readonly schema: string | null; readonly table: string }>();
  hasObjects = false;

  constructor(database: string | null) {
    this.database = database;
  }
}

const rowStatement =
  /^(insert\s+into|select\s+pg_catalog\.(lo_create|lo_open|lowrite|lo_close|lo_put|lo_from_bytea)\s*\()/i;
const settingStatement = /^(set|reset)\s|^select\s+pg_catalog\.set_config\s*\(/i;
const encodingStatement = /^set\s+client_encoding\s*(?:=|to)\s*'?([\w-]+)'?$/i;
const transaction = /^(begin|commit|end|start\s+transaction)(\s+(work|transaction))?$/i;
const databaseMade = /^create\s+database\s+("(?:[^"]|"")+"|\S+)/i;
const makesObject = /^create\s+(unlogged\s+)?(table|schema|function|view|type|extension)\s/i;

/** True for an INSERT, and for what writes a large object. */
export function isRowStatement({ text }: SqlStatement): boolean {
  return rowStatement.test(text);
}

export function isSettingStatement({ text }: SqlStatement): boolean {
  return settingStatement.test(text);
}

// Three patterns and no `.*` between them: one that looks for all three at once takes the square of the length.
function dropsDefault(text: string): boolean {
  return (
    /^alter\s+table\s/i.test(text) && /\salter\s+column\s/i.test(text) && /\sdrop\s+default$/i.test(text)
  );
}

/** Takes a dump apart by its databases: a `\connect` begins the next one. */
export class PlainSections {
  /** Of the whole dump: what is left out besides what its databases leave out. */
  readonly skipped: Skipped[] = [];
  /** What the dump of a cluster holds before its first database: its roles and tablespaces. */
  readonly before: SqlStatement[] = [];
  readonly isCluster: boolean;
  readonly #bytes: Bytes;
  readonly #parser: SqlParser;
  readonly #sections: [Section, ...Section[]] = [new Section(null)];
  #current: Section = this.#sections[0];
  readonly #made = new Set<string>();
  #target: CopyTarget | null = null;
  #rows: { start: number; end: number } | null = null;

  constructor(bytes: Bytes, parser: SqlParser, isCluster: boolean) {
    this.#bytes = bytes;
    this.#parser = parser;
    this.isCluster = isCluster;
  }

  /** The one that was met last. */
  get last(): PlainSection {
    return this.#current;
  }

  /** Those in which something is made. */
  filled(): PlainSection[] {
    return this.#sections.filter(({ hasObjects }) => hasObjects);
  }

  /** Those that can be asked for by name. */
  named(): PlainSection[] {
    return this.filled().filter(({ database }) => database !== null);
  }

  add(item: SplitItem): void {
    switch (item.kind) {
      case 'skipped':
        if (connectTarget(item.text) !== null) this.#connect(item.text, item.line);
        return;
      case 'statement':
        this.#addStatement(item.statement);
        return;
      case 'copy':
        this.#target = readCopy(this.#parser, item.statement);
        this.#rows = null;
        this.#current.hasObjects = true;
        return;
      case 'copyData':
        this.#rows = { start: this.#rows?.start ?? item.at, end: item.at + item.sizeBytes };
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
    this.#current.blocks.push({
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
    const current = this.#current;
    if (rowStatement.test(text)) {
      current.inserts++;
      current.insertBytes += text.length;
      const target = insertTarget(text);
      if (target !== null) current.insertTables.set(`${target.schema ?? ''}\0${target.table}`, target);
      current.hasObjects = true;
      return;
    }
    // Nothing of a restore needs the transactions of the dump: the database is nobody's until all is in.
    if (transaction.test(text)) return;
    const made = databaseMade.exec(text)?.[1];
    if (made !== undefined || /^drop\s+database\s/i.test(text)) {
      if (made !== undefined) this.#made.add(unquote(made));
      // Another one of a cluster is named by what holds it.
      if (this.isCluster) return;
      this.skipped.push({
        what: 'database',
        name: made ?? '',
        reason: 'a dataset is restored into a database of its own',
      });
      return;
    }
    // Of a cluster's databases only the one that is chosen is looked at closely.
    const code = refuseCode(this.#parser, statement);
    if (code !== null) {
      current.skipped.push(code);
      return;
    }
    current.encoding ??= encodingStatement.exec(text)?.[1] ?? null;
    if (makesObject.test(text)) current.hasObjects = true;
    // What --clean takes away before it is made; later on it would take away what was made.
    if (!current.hasObjects && dropsDefault(text)) {
      current.skipped.push({ what: 'drop', name: '', reason: 'the database is new' });
      return;
    }
    const isBefore = this.isCluster && current.database === null;
    (isBefore ? this.before : current.statements).push(statement);
  }

  #connect(text: string, line: number): void {
    const { file } = this.#bytes;
    const name = connectTarget(text) ?? '';
    const isAllowed =
      this.#made.has(name) && !(this.#sections[0].database === null && this.#sections[0].hasObjects);
    if (!this.isCluster && !isAllowed) {
      throw new RockpoolError('sql_refused', `${file} holds a command of psql in line ${line}.`, {
        hint: 'A dataset must not run commands, so nothing of it was restored. Ask those who publish it.',
        detail: { file, line },
      });
    }
    if (!this.isCluster) {
      const reason = 'a dataset is restored into a database of its own';
      this.skipped.push({ what: 'connect', name, reason });
    }
    const known = this.#sections.find(({ database }) => database === name);
    const first = this.#sections[0];
    // What a dump with --create sets before its \connect holds behind it too.
    if (known === undefined && !this.isCluster && this.#sections.length === 1 && !first.hasObjects) {
      const section = new Section(name);
      section.statements.push(...first.statements);
      section.skipped.push(...first.skipped);
      this.#sections[0] = section;
      this.#current = section;
      return;
    }
    this.#current = known ?? new Section(name);
    if (known === undefined) this.#sections.push(this.#current as Section);
  }
}
