import { StatementSplitter } from '../../sql/split.ts';
import type { PlacedStatement } from '../../sql/split-items.ts';
import type { ReplayItem, ScriptReplay } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import { findEncoding } from './encoding.ts';
import { connectTarget, readPsqlCommand } from './psql-commands.ts';
import { type Encodings, readEncodingChange, type ScriptChange, ScriptState } from './script-state.ts';
import type { Section } from './section.ts';
import { isAboutDatabase } from './sections.ts';

export interface ReplaySource {
  readonly bytes: Bytes;
  readonly encodings: Encodings;
  readonly changes: readonly ScriptChange[];
  readonly section: Section;
}

/** What of a script is run as it stands: from the section's cut to the end; null where nothing is. */
export function openReplay(source: ReplaySource): ScriptReplay | null {
  const { bytes, section } = source;
  const { cut, replayed, ahead } = section;
  if (cut === null) return null;
  return {
    file: bytes.file,
    line: cut.line,
    what: cut.what,
    statements: replayed,
    sizeBytes: bytes.sizeBytes - cut.at,
    ahead,
    open: (signal) => readItems(source, signal),
  };
}

async function* readItems(
  { bytes, encodings, changes, section }: ReplaySource,
  signal?: AbortSignal,
): AsyncGenerator<ReplayItem> {
  const { cut, database } = section;
  if (cut === null) return;
  const state = new ScriptState(bytes.file, encodings, database);
  for (const { at, text } of changes) if (at < cut.at) state.take(text);
  const splitter = new StatementSplitter(bytes.file, { ...state.options(), from: cut });
  const reader = new ItemReader(bytes, cut.at, database, state.encoding.name);
  for await (const chunk of bytes.read(cut.at, bytes.sizeBytes, signal)) {
    for (const item of splitter.push(chunk)) yield* reader.take(item, signal);
  }
  for (const item of splitter.end()) yield* reader.take(item, signal);
}

/** Makes items out of what a splitter finds: the rows of a COPY become one with it, what is for other databases is passed over. */
class ItemReader {
  readonly #bytes: Bytes;
  readonly #from: number;
  readonly #database: string | null;
  // The splitter is ahead of the items that it has found.
  #encoding: string;
  #current: string | null;
  #copy: { readonly placed: PlacedStatement; readonly encoding: string } | null = null;
  #rows: { start: number; end: number } | null = null;

  constructor(bytes: Bytes, from: number, database: string | null, encoding: string) {
    this.#bytes = bytes;
    this.#from = from;
    this.#database = database;
    this.#encoding = encoding;
    this.#current = database;
  }

  *take(item: ReturnType<StatementSplitter['push']>[number], signal?: AbortSignal): Generator<ReplayItem> {
    const isOwn = this.#current === this.#database;
    switch (item.kind) {
      case 'skipped':
        this.#follow(item.text);
        if (readPsqlCommand(item.text)?.kind !== 'connect') return;
        this.#current = connectTarget(item.text) ?? this.#current;
        if (this.#current === this.#database) yield { kind: 'connect', line: item.line };
        return;
      case 'statement':
        this.#follow(item.statement.text);
        if (isOwn && !isAboutDatabase(item.statement)) yield { kind: 'statement', statement: item.statement };
        return;
      case 'copy':
        this.#copy = isOwn ? { placed: item, encoding: this.#encoding } : null;
        this.#rows = null;
        return;
      case 'copyData': {
        const at = this.#from + item.at;
        this.#rows = { start: this.#rows?.start ?? at, end: at + item.sizeBytes };
        return;
      }
      default:
        if (this.#copy !== null) yield this.#copyItem(this.#copy, signal);
    }
  }

  #follow(text: string): void {
    const command = text.startsWith('\\') ? readPsqlCommand(text) : null;
    const name = command?.kind === 'encoding' ? command.encoding : readEncodingChange(text);
    if (name !== null && this.#current === this.#database)
      this.#encoding = findEncoding(name, this.#bytes.file).name;
  }

  #copyItem(
    { placed, encoding }: { placed: PlacedStatement; encoding: string },
    signal?: AbortSignal,
  ): ReplayItem {
    const { start, end } = this.#rows ?? { start: 0, end: 0 };
    return {
      kind: 'copy',
      statement: placed.statement,
      encoding,
      sizeBytes: end - start,
      rows: () => this.#bytes.read(start, end, signal),
    };
  }
}
