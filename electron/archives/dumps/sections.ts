import { RockpoolError } from '../../contract/errors.ts';
import type { SqlParser } from '../../sql/parser.ts';
import { refusedCommand } from '../../sql/restrict.ts';
import type { PlacedStatement, SplitItem, SqlStatement } from '../../sql/split-items.ts';
import type { ArchiveContents } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import type { CopyTarget } from './copy.ts';
import { damaged } from './damage.ts';
import type { Frame } from './frame.ts';
import { readPsqlCommand, unquote } from './psql-commands.ts';
import { readEncodingChange, type ScriptChange } from './script-state.ts';
import { Section } from './section.ts';

type Skipped = ArchiveContents['skipped'][number];

const ownDatabase = 'a dataset is restored into a database of its own';
const aboutDatabase = /^(create|drop)\s+database\s+(?:if\s+exists\s+)?("(?:[^"]|"")+"|[^\s;]+)/i;
const setsDatabase = /^alter\s+database\s+("(?:[^"]|"")+"|\S+)\s+(set|reset)\s/i;

/** True for what makes or drops a database as a whole: it is left out wherever it stands. */
export function isAboutDatabase({ text }: SqlStatement): boolean {
  return aboutDatabase.test(text);
}

/** Takes a dump apart by its databases: a `\connect` begins the next one. */
export class PlainSections {
  /** Of the whole dump: what is left out besides what its databases leave out. */
  readonly skipped: Skipped[] = [];
  /** What the dump of a cluster holds before its first database: its roles and tablespaces. */
  readonly before: SqlStatement[] = [];
  readonly isCluster: boolean;
  /** What changes how the script is read, in order. */
  readonly changes: ScriptChange[] = [];
  /** True where it holds no statement. */
  isEmpty = true;
  readonly #bytes: Bytes;
  readonly #parser: SqlParser;
  readonly #frame: Frame;
  readonly #chosen: string | null;
  readonly #sections: [Section, ...Section[]];
  #current: Section;
  readonly #made = new Set<string>();
  readonly #settings: { readonly database: string; readonly statement: SqlStatement }[] = [];
  #target: { readonly at: number; readonly target: CopyTarget; readonly section: Section } | null = null;
  #rows: { start: number; end: number } | null = null;

  /** `chosen` is the database of a cluster that is looked at closely. */
  constructor(bytes: Bytes, parser: SqlParser, frame: Frame, chosen: string | null = null) {
    this.#bytes = bytes;
    this.#parser = parser;
    this.#frame = frame;
    this.isCluster = frame.isCluster;
    this.#chosen = chosen;
    this.#current = this.#newSection(null);
    this.#sections = [this.#current];
  }

  /** The one that was met last. */
  get last(): Section {
    return this.#current;
  }

  /** Those in which something is made. */
  filled(): Section[] {
    return this.#sections.filter(({ hasObjects }) => hasObjects);
  }

  /** Those that can be asked for by name. */
  named(): Section[] {
    return this.filled().filter(({ database }) => database !== null);
  }

  add(item: SplitItem): void {
    switch (item.kind) {
      case 'skipped':
        this.changes.push({ at: item.at, text: item.text });
        this.#takeCommand(item.text, item.line);
        return;
      case 'statement':
        this.#addStatement(item);
        return;
      case 'copy':
        this.#startRows(item);
        return;
      case 'copyData':
        this.#rows = { start: this.#rows?.start ?? item.at, end: item.at + item.sizeBytes };
        return;
      default:
        this.#endRows();
    }
  }

  /** To be called once all is read. */
  finish(): void {
    for (const section of this.#sections) section.finish();
  }

  #newSection(database: string | null): Section {
    return new Section(database, this.#parser, !this.isCluster || database === this.#chosen);
  }

  #startRows(item: PlacedStatement): void {
    const target = this.#current.addCopy(item);
    this.#target = target === null ? null : { at: item.at, target, section: this.#current };
    this.#rows = null;
  }

  #endRows(): void {
    if (this.#target === null) return;
    const { at, target, section } = this.#target;
    const { start, end } = this.#rows ?? { start: 0, end: 0 };
    const bytes = this.#bytes;
    section.addBlock({
      at,
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

  #addStatement(placed: PlacedStatement): void {
    const { statement, at, isOpen } = placed;
    const { text } = statement;
    this.isEmpty = false;
    // What is left of a statement can mean something else than the whole of it.
    if (isOpen && !this.#frame.isWhole)
      throw damaged(this.#bytes.file, 'it breaks off in a statement, and its last line is missing');
    if (readEncodingChange(text) !== null) this.changes.push({ at, text });
    const [, verb = '', name] = aboutDatabase.exec(text) ?? [];
    if (name !== undefined) {
      const isCreate = /^create$/i.test(verb);
      // Nobody can be connected to a database that is still to be made.
      if (
        isCreate &&
        !this.isCluster &&
        this.#current.database === unquote(name) &&
        !this.#made.has(unquote(name))
      )
        throw refusedCommand(this.#bytes.file, statement.line, '\\connect');
      if (isCreate) this.#made.add(unquote(name));
      // Another one of a cluster is named by what holds it.
      if (!this.isCluster) this.skipped.push({ what: 'database', name: unquote(name), reason: ownDatabase });
      return;
    }
    const set = setsDatabase.exec(text)?.[1];
    if (set !== undefined) this.#settings.push({ database: unquote(set), statement });
    if (this.isCluster && this.#current.database === null) this.before.push(statement);
    else this.#current.add(placed);
  }

  #takeCommand(text: string, line: number): void {
    const command = readPsqlCommand(text);
    if (command?.kind === 'connect') this.#connect(command.database ?? this.#current.database, text, line);
    if (command?.kind !== 'encoding' || this.isCluster) return;
    // pg_dump writes it in front of a \connect to a name with odd letters; the next SET undoes it.
    if (/^sql_ascii$/i.test(command.encoding)) return;
    const statement = { text, line, file: this.#bytes.file };
    const at = this.changes.at(-1)?.at ?? 0;
    const placed = { kind: 'statement', statement, at, plainEscapes: false, isOpen: false } as const;
    this.#current.changeEncoding(command.encoding, placed);
  }

  #connect(name: string | null, text: string, line: number): void {
    const first = this.#sections[0];
    const current = this.#current;
    if (name === current.database) {
      if (this.isCluster) return;
      if (name !== null) this.skipped.push({ what: 'connect', name, reason: ownDatabase });
      current.startSession(this.#sessionOf(name, line));
      return;
    }
    if (name === null) return;
    const isFirst = this.#sections.length === 1 && first.database === null && !first.hasObjects;
    // Tools that export one database begin with a \connect to it.
    const isAllowed = isFirst
      ? this.#made.size === 0 || this.#made.has(name)
      : this.#made.has(name) && first.database !== null;
    if (!this.isCluster && !isAllowed) throw refusedCommand(this.#bytes.file, line, text);
    if (!this.isCluster) this.skipped.push({ what: 'connect', name, reason: ownDatabase });
    const known = this.#sections.find(({ database }) => database === name);
    const section = known ?? this.#newSection(name);
    this.#current = section;
    if (!this.isCluster && isFirst) {
      section.adopt(first);
      this.#sections[0] = section;
    } else if (known === undefined) this.#sections.push(section);
    if (!this.isCluster) section.startSession(this.#sessionOf(name, line));
  }

  // What psql begins with after a \connect: nothing that was set before, and what the database has set.
  #sessionOf(name: string | null, line: number): SqlStatement[] {
    const { file } = this.#bytes;
    const own = this.#settings.filter(({ database }) => name === null || database === name);
    return [
      { text: 'RESET ALL', line, file },
      ...own.map(({ statement }) => ({ ...statement, text: statement.text.replace(setsDatabase, '$2 ') })),
    ];
  }
}

/** Throws `usage` where a database of that name is not in the dump, or several are and none is named. */
export function chooseSection(sections: PlainSections, wanted: string | null, file: string): Section | null {
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
  if (another === undefined) return only ?? null;
  const several = filled.map(({ database }) => database ?? 'one without a name');
  throw new RockpoolError('usage', `${file} holds several databases: ${listNames(several)}.`, {
    hint: 'Say which one is meant with --database NAME.',
    detail: { file, databases: filled.length },
  });
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
