import type { Classified } from '../../sql/classified.ts';
import { classifyWithNode } from '../../sql/classify.ts';
import { insertTarget } from '../../sql/insert-target.ts';
import type { SqlParser } from '../../sql/parser.ts';
import type { PlacedStatement, SqlStatement } from '../../sql/split-items.ts';
import type { ArchiveContents } from '../contents.ts';
import { type CopyTarget, findCopyTarget } from './copy.ts';
import { DumpShape } from './dump-shape.ts';
import { readEncodingChange } from './script-state.ts';
import type { RowBlock } from './tables.ts';
import { refuseCode } from './untrusted.ts';

type Skipped = ArchiveContents['skipped'][number];

/** From where on the statements of a script are run as they stand. */
export interface Cut {
  /** A byte of the script. */
  readonly at: number;
  readonly line: number;
  readonly plainEscapes: boolean;
  /** What stands there that pg_dump would not have written there. */
  readonly what: string;
}

interface At {
  readonly at: number;
}

export interface PlacedBlock extends RowBlock, At {}

const rowStatement =
  /^(insert\s+into|select\s+pg_catalog\.(lo_create|lo_open|lowrite|lo_close|lo_put|lo_from_bytea)\s*\()/i;
const settingStatement = /^(set|reset)\s|^select\s+pg_catalog\.set_config\s*\(/i;
const transactionBegins = /^(begin|start\s+transaction)(\s+(work|transaction))?$/i;
const transactionEnds = /^(commit|end)(\s+(work|transaction))?$/i;
const anyTransaction =
  /^(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i;
const makesObject =
  /^create\s+(or\s+replace\s+)?(unlogged\s+)?(table|schema|function|view|type|extension)\s/i;
const makesExtension = /^(create\s+extension|set\s|select\s+pg_catalog\.set_config|alter\s+database)\b/i;

/** True for an INSERT, and for what writes a large object. */
export function isRowStatement({ text }: SqlStatement): boolean {
  return rowStatement.test(text);
}

export function isSettingStatement({ text }: SqlStatement): boolean {
  return settingStatement.test(text);
}

/** What a dump in plain SQL holds of one database: what can be restored side by side, and from where on what cannot. */
export class Section {
  /** Null where the dump does not name it. */
  readonly database: string | null;
  /** What it says of its text; null where it says nothing. */
  encoding: string | null = null;
  readonly skipped: Skipped[] = [];
  /** True once something is made that a database holds. */
  hasObjects = false;
  /** What the session begins with that the last `\connect` made. */
  session: readonly SqlStatement[] = [];
  /** Extensions made and settings of the database behind the cut, with the search path where they stand. */
  readonly ahead: SqlStatement[] = [];
  readonly #parser: SqlParser;
  readonly #isClosely: boolean;
  readonly #shape = new DumpShape();
  #statements: (At & { readonly statement: SqlStatement })[] = [];
  #blocks: PlacedBlock[] = [];
  readonly #targets = new Map<string, At & { readonly schema: string | null; readonly table: string }>();
  #inserts = { count: 0, bytes: 0 };
  #first: PlacedStatement | null = null;
  #open: {
    readonly place: PlacedStatement;
    readonly inserts: Section['inserts'];
    readonly read: number;
  } | null = null;
  #cut: Cut | null = null;
  // Statements met so far, those of COPY included, and how many of them stand before the cut.
  #read = 0;
  #readBefore = 0;
  #path: readonly string[] = ['public'];
  readonly #tables = new Set<string>();
  readonly #copied = new Set<string>();
  readonly #columns = new Map<string, string>();

  /** `closely` is false for a database of a cluster that may not be the one that is meant. */
  constructor(database: string | null, parser: SqlParser, closely: boolean) {
    this.database = database;
    this.#parser = parser;
    this.#isClosely = closely;
  }

  get cut(): Cut | null {
    return this.#cut;
  }

  /** How many statements stand behind the cut, those of COPY included. */
  get replayed(): number {
    return this.#cut === null ? 0 : this.#read - this.#readBefore;
  }

  get statements(): readonly SqlStatement[] {
    return this.#statements.map(({ statement }) => statement);
  }

  get blocks(): readonly PlacedBlock[] {
    return this.#blocks;
  }

  get inserts(): { readonly count: number; readonly bytes: number } {
    return this.#inserts;
  }

  /** The tables that INSERTs are for, each once. */
  get insertTables(): { readonly schema: string | null; readonly table: string }[] {
    return [...this.#targets.values()].map(({ schema, table }) => ({ schema, table }));
  }

  /**
   * Takes over what stood before the `\connect` to this database, where nothing was made: what it says of databases. The
   * rest was about another session, or for another database.
   */
  adopt(before: Section): void {
    this.encoding = before.encoding;
    this.skipped.push(...before.skipped);
    const kept = before.#statements.filter(({ statement }) => !isSettingStatement(statement));
    this.#statements.push(...kept);
    if (before.replayed === 0) return;
    const name = `${before.replayed} statements from line ${before.cut?.line} on`;
    this.skipped.push({
      what: 'statement',
      name,
      reason: 'they stand before \\connect and are for another database',
    });
  }

  /** A session begins with what the database has set. */
  startSession(statements: readonly SqlStatement[]): void {
    this.session = statements;
    this.#statements.push(...statements.map((statement) => ({ at: -1, statement })));
  }

  add(placed: PlacedStatement): void {
    const { statement } = placed;
    const { text } = statement;
    this.#first ??= placed;
    this.#read++;
    const encoding = readEncodingChange(text);
    this.encoding ??= encoding;
    if (makesObject.test(text) || rowStatement.test(text)) this.hasObjects = true;
    if (this.#cut !== null) {
      this.#lookAhead(statement);
      return;
    }
    const changes = encoding !== null && encoding.toUpperCase() !== this.encoding?.toUpperCase();
    const problem = changes ? 'change of the encoding' : this.#keep(placed);
    if (problem !== null) this.#cutAt(placed, problem);
  }

  // Returns what is not kept, and where therefore the cut is.
  #keep(placed: PlacedStatement): string | null {
    const { statement } = placed;
    const { text } = statement;
    if (anyTransaction.test(text)) return this.#keepTransaction(placed);
    if (rowStatement.test(text)) return this.#keepRows(placed);
    if (!this.#isClosely) {
      this.#statements.push({ at: placed.at, statement });
      return null;
    }
    const code = refuseCode(this.#parser, statement);
    if (code !== null) {
      this.skipped.push(code);
      return null;
    }
    const { node, classified } = classifyWithNode(this.#parser, statement);
    const problem = this.#shape.meet(node, classified);
    if (problem !== null) return problem;
    this.#follow(classified);
    if (isClean(classified)) this.skipped.push({ what: 'drop', name: '', reason: 'the database is new' });
    else this.#statements.push({ at: placed.at, statement });
    return null;
  }

  /** The rows of a COPY begin. Returns where they belong; null where they are run as they stand. */
  addCopy(placed: PlacedStatement): CopyTarget | null {
    this.#first ??= placed;
    this.#read++;
    this.hasObjects = true;
    if (this.#cut !== null) return null;
    const target = findCopyTarget(this.#parser, placed.statement);
    const problem =
      target === null ? 'COPY with options of its own' : (this.#shape.meetCopy() ?? this.#differs(target));
    if (problem !== null) {
      this.#cutAt(placed, problem);
      return null;
    }
    return target === null ? null : this.#resolve(target);
  }

  // A table without a schema is that of the search path.
  #resolve(target: CopyTarget): CopyTarget {
    const schema =
      target.schema ?? this.#path.find((one) => this.#tables.has(`${one}\0${target.table}`)) ?? null;
    return { ...target, schema };
  }

  #follow(classified: Classified): void {
    if (classified.phase === 'setting') {
      if (classified.path !== null) this.#path = classified.path;
      else if (classified.name === '' || classified.name === 'search_path') this.#path = ['public'];
    }
    if (classified.phase !== 'define' || classified.what !== 'table' || classified.table === null) return;
    const { schema, name } = classified.table;
    this.#tables.add(`${schema ?? this.#path[0] ?? ''}\0${name}`);
  }

  addBlock(block: PlacedBlock): void {
    this.#blocks.push(block);
  }

  /** A command of psql changes the encoding of what follows. */
  changeEncoding(name: string, placed: PlacedStatement): void {
    if (this.#cut !== null || name.toUpperCase() === (this.encoding ?? 'UTF8').toUpperCase()) return;
    this.#first ??= placed;
    this.#cutAt(placed, 'change of the encoding', this.#read);
  }

  /** Looks back once all is read: what is open or missing at the end decides over what stood before. */
  finish(): void {
    if (this.#cut !== null || this.#first === null) return;
    if (this.#open !== null) this.#cutAt(this.#open.place, 'transaction without an end');
    else if (this.#shape.dropsPublic) this.#cutAt(this.#first, 'DROP SCHEMA public', 0);
  }

  // Rows of one table in parts are read one after another, if they are written alike. A COPY empties its table first.
  #differs({ schema, table, columns, format, header }: CopyTarget): string | null {
    if ([...this.#targets.values()].some((target) => target.table === table)) return 'COPY beside INSERTs';
    this.#copied.add(table);
    const key = `${schema ?? ''}\0${table}`;
    const shape = JSON.stringify([columns, format, header]);
    const before = this.#columns.get(key);
    this.#columns.set(key, shape);
    return before === undefined || (before === shape && !header) ? null : 'COPY of other columns';
  }

  #keepRows(placed: PlacedStatement): string | null {
    const { text } = placed.statement;
    const problem = this.#isClosely ? this.#shape.meetRows(text, !/^insert/i.test(text)) : null;
    if (problem !== null) return problem;
    this.#inserts = { count: this.#inserts.count + 1, bytes: this.#inserts.bytes + text.length };
    const target = insertTarget(text);
    if (target !== null && this.#copied.has(target.table)) return 'INSERT beside a COPY';
    const key = `${target?.schema ?? ''}\0${target?.table}`;
    if (target !== null && !this.#targets.has(key)) this.#targets.set(key, { at: placed.at, ...target });
    return null;
  }

  // One that ends in COMMIT makes no difference to a database that nobody sees until all is in.
  #keepTransaction(placed: PlacedStatement): string | null {
    const { text } = placed.statement;
    const begins = transactionBegins.test(text) && this.#open === null;
    const ends = transactionEnds.test(text) && this.#open !== null;
    if (!begins && !ends) return /^\w+/.exec(text)?.[0].toUpperCase() ?? 'transaction';
    this.#open = begins ? { place: placed, inserts: this.#inserts, read: this.#read - 1 } : null;
    return null;
  }

  // What a transaction holds stays together.
  #cutAt(placed: PlacedStatement, what: string, before = this.#read - 1): void {
    const open = this.#open;
    const { at, statement, plainEscapes } = open?.place ?? placed;
    this.#cut = { at, line: statement.line, plainEscapes, what };
    this.#readBefore = open?.read ?? before;
    for (const one of this.#statements) if (one.at >= at) this.#lookAhead(one.statement);
    this.#lookAhead(placed.statement);
    this.#statements = this.#statements.filter((one) => one.at < at);
    this.#blocks = this.#blocks.filter((block) => block.at < at);
    if (open !== null) this.#inserts = open.inserts;
    for (const [key, target] of this.#targets) if (target.at >= at) this.#targets.delete(key);
    this.#open = null;
  }

  #lookAhead(statement: SqlStatement): void {
    if (makesExtension.test(statement.text)) this.ahead.push(statement);
  }
}

// Of what --clean takes away first.
function isClean({ statement }: Classified): boolean {
  return /^alter\s+table\s/i.test(statement.text) && /\sdrop\s+default$/i.test(statement.text);
}
