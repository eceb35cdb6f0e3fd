import { isUtf8 } from 'node:buffer';
import type { SplitterOptions } from '../../sql/restrict.ts';
import { type Encoding, findEncoding } from './encoding.ts';
import { readPsqlCommand } from './psql-commands.ts';

/** How the text of each database is decoded. */
export interface Encodings {
  /** What the script begins with. */
  readonly first: Encoding;
  /** Whether the text of a database has to be valid: of a cluster only one is looked at. */
  isStrict(database: string | null): boolean;
}

/** What changes how the rest of a script is read, and the byte at which it stands. */
export interface ScriptChange {
  readonly at: number;
  readonly text: string;
}

const setEncoding = /^set (?:session )?(?:client_encoding ?(?:=|to ) ?|names )'?([\w-]+)'?$/i;
const callEncoding = /^select (?:pg_catalog\.)?set_config ?\( ?'client_encoding' ?, ?'([\w-]+)'/i;
const resetEncoding = /^(?:reset client_encoding|set client_encoding ?(?:=|to) ?default)$/i;

/** The encoding that a statement says the text behind it has; null where it says nothing of that. */
export function readEncodingChange(statement: string): string | null {
  if (statement.length > 200) return null;
  const words = statement.replace(/\s+/g, ' ');
  if (resetEncoding.test(words)) return 'UTF8';
  return (setEncoding.exec(words) ?? callEncoding.exec(words))?.[1] ?? null;
}

/**
 * What psql would know while it reads a script: the database it is connected to, the encoding of the text, the variables
 * that are set. Throws `format_unknown` for an encoding that cannot be read.
 */
export class ScriptState {
  readonly #file: string;
  readonly #encodings: Encodings;
  readonly #variables = new Map<string, string>();
  #encoding: Encoding;
  #database: string | null;

  constructor(file: string, encodings: Encodings, database: string | null = null) {
    this.#file = file;
    this.#encodings = encodings;
    this.#encoding = encodings.first;
    this.#database = database;
  }

  /** The database that the last `\connect` led to; null before the first. */
  get database(): string | null {
    return this.#database;
  }

  get encoding(): Encoding {
    return this.#encoding;
  }

  /** Takes a command of psql or a statement into account. Returns false for a command that is not followed. */
  take(text: string): boolean {
    if (!text.startsWith('\\')) {
      this.#changeEncoding(readEncodingChange(text));
      return true;
    }
    const command = readPsqlCommand(text);
    if (command === null) return false;
    if (command.kind === 'connect') this.#database = command.database ?? this.#database;
    if (command.kind === 'encoding') this.#changeEncoding(command.encoding);
    if (command.kind !== 'set') return true;
    if (command.value === null) this.#variables.delete(command.name);
    else this.#variables.set(command.name, command.value);
    return true;
  }

  /** How a splitter follows the script from here on. */
  options(): SplitterOptions {
    return {
      decode: (bytes) => this.#decode(bytes),
      takesCommand: (text) => this.take(text),
      onStatement: (text) => this.take(text),
      variableOf: (name) => this.#variables.get(name) ?? null,
    };
  }

  #decode(bytes: Buffer): string {
    if (this.#encodings.isStrict(this.#database)) return this.#encoding.decode(bytes);
    // Every encoding of PostgreSQL's has ASCII where ASCII is.
    return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  }

  #changeEncoding(name: string | null): void {
    if (name === null || !this.#encodings.isStrict(this.#database)) return;
    this.#encoding = findEncoding(name, this.#file);
  }
}
