import { isRestrict } from '../../sql/restrict.ts';

/** A command of psql that a dump may hold. */
export type PsqlCommand =
  /** To another database, or with null to the same one once more. */
  | { readonly kind: 'connect'; readonly database: string | null }
  /** `value` null takes the variable away. */
  | { readonly kind: 'set'; readonly name: string; readonly value: string | null }
  | { readonly kind: 'encoding'; readonly encoding: string }
  /** It only says or shows something, or guards the script. */
  | { readonly kind: 'nothing' };

const harmless = new Set(['echo', 'qecho', 'warn', 'pset', 'timing', 'x', 't', 'a']);

// With these a script would mean something else than its statements say.
const meaningful: Readonly<Record<string, RegExp>> = {
  AUTOCOMMIT: /^(on|true|yes|1)$/i,
  SINGLELINE: /^(off|false|no|0)$/i,
  SINGLESTEP: /^(off|false|no|0)$/i,
};

// How pg_dump and pg_dumpall write a name with odd letters: a connection string as one quoted argument.
const stringLine = /^\\connect -reuse-previous=on "dbname='?((?:[^"`]|"")*?)'?"[ \t\r]*$/;

/** Reads a command of psql; null for one that is not followed: it would run a program, read a file or reach a server. */
export function readPsqlCommand(line: string): PsqlCommand | null {
  if (isRestrict(line)) return { kind: 'nothing' };
  const [whole = '', command = ''] = /^\\([A-Za-z]+)(?=[ \t\r;]|$)/.exec(line) ?? [];
  const named = stringDatabase(line);
  if (named !== null) return { kind: 'connect', database: named };
  const words = readWords(line.slice(whole.length));
  if (words === null) return null;
  if (harmless.has(command)) return { kind: 'nothing' };
  if (command === 'c' || command === 'connect') return readConnect(words);
  if (command === 'encoding') return readEncoding(words);
  const [name, ...values] = words;
  if (command === 'set' && name === undefined) return { kind: 'nothing' };
  if (name === undefined || !/^[A-Za-z0-9_\u0080-\uffff]+$/.test(name)) return null;
  if (command === 'unset') return values.length === 0 ? { kind: 'set', name, value: null } : null;
  if (command !== 'set') return null;
  const value = values.join('');
  return meaningful[name]?.test(value) === false ? null : { kind: 'set', name, value };
}

/** The database that a `\connect` leads to; null for any other command, and where it stays the same. */
export function connectTarget(line: string): string | null {
  const command = readPsqlCommand(line);
  return command?.kind === 'connect' ? command.database : null;
}

/** A name as it is, out of how SQL writes it. */
export function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function stringDatabase(line: string): string | null {
  const escaped = stringLine.exec(line)?.[1];
  if (escaped === undefined) return null;
  const name = escaped.replaceAll('""', '"').replaceAll(/\\(.)/g, '$1');
  // A quote that is not escaped ends the name: more could follow it, such as another host.
  return /(^|[^\\])'/.test(escaped) ? null : name;
}

// A database and a role; who owns what is the same here whatever the role. A host or a port would lead elsewhere.
function readConnect(words: readonly string[]): PsqlCommand | null {
  const [database = '-', , ...elsewhere] = words.map(withoutSemicolons).filter(Boolean);
  if (elsewhere.length > 0 || /[=:/]/.test(database) || database.startsWith('-reuse')) return null;
  return { kind: 'connect', database: database === '-' ? null : database };
}

function withoutSemicolons(word: string): string {
  let end = word.length;
  while (word[end - 1] === ';') end--;
  return word.slice(0, end);
}

function readEncoding(words: readonly string[]): PsqlCommand | null {
  const [encoding, ...more] = words;
  if (more.length > 0) return null;
  return encoding === undefined ? { kind: 'nothing' } : { kind: 'encoding', encoding };
}

/**
 * The arguments of a command, without their quotes; null where one runs a program (a backquote), takes a variable, has
 * no end, or another command follows.
 */
function readWords(text: string): string[] | null {
  const words: string[] = [];
  const token = /[ \t\r]+|'((?:[^'\\]|''|\\.)*)'|"((?:[^"`]|"")*)"|([^ \t\r'"`\\:]+|:(?![A-Za-z0-9_'"{]))/y;
  let isNew = true;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) return null;
    const [, single, double, plain] = found;
    const part =
      single?.replaceAll("''", "'").replaceAll(/\\(.)/g, unescapeLetter) ??
      double?.replaceAll('""', '"') ??
      plain;
    if (part === undefined) isNew = true;
    else {
      if (isNew) words.push(part);
      else words[words.length - 1] += part;
      isNew = false;
    }
  }
  return words;
}

function unescapeLetter(_all: string, letter: string): string {
  return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[letter] ?? letter;
}
