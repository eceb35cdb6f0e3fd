import { StringDecoder } from 'node:string_decoder';
import { to as copyTo } from 'pg-copy-streams';
import type { Session } from '../sql/connect.ts';
import { columnOf, fromUsers } from './rows.ts';
import type { UsersTable } from './users.ts';

/** What the texts of all users may take in memory; a larger table is searched by the server alone. */
const mostBytes = 256 * 1024 ** 2;

const newLine = 0x0a;
const tab = '\t';

/** The texts of all users in memory, so that a text which few or none of them hold is searched for in a blink. */
export interface UserTexts {
  readonly bytes: number;
  /** Keys of users that hold a text, as lists of their columns' values: those in whom a field begins so first. */
  find(text: string, limit: number): string[][];
}

/**
 * Reads key and searched texts of all users, which takes about a second a million. Null where they take too much
 * memory. A line is a user: the key as it is, then the texts in small letters.
 */
export async function loadTexts(
  session: Session,
  users: UsersTable,
  signal: AbortSignal,
): Promise<UserTexts | null> {
  const { key } = users.table;
  const keys = key.map((column) => `${columnOf(column)}::text`);
  const texts = users.search.map((column) => `coalesce(${columnOf(column)}::text, '')`);
  const stream = session.client.query(
    copyTo(`COPY (SELECT ${[...keys, ...texts].join(', ')} ${fromUsers(users)}) TO STDOUT`),
  );
  const plainKeys = key.every((column) =>
    users.table.columns.some(
      ({ name, category, type }) => name === column && (category === 'N' || type === 'uuid'),
    ),
  );
  const decoder = new StringDecoder('utf8');
  const chunks: Buffer[] = [Buffer.from('\n')];
  let bytes = 0;
  let rest = '';
  for await (const chunk of stream) {
    signal.throwIfAborted();
    const text = rest + decoder.write(chunk as Buffer);
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    const lines = Buffer.from(lowerTexts(text.slice(0, end), key.length, plainKeys));
    chunks.push(lines);
    bytes += lines.length;
    if (bytes > mostBytes) {
      stream.destroy();
      await session.close();
      return null;
    }
  }
  return textsOf(Buffer.concat(chunks), key.length);
}

/** Searches lines as `loadTexts` makes them: each begins with the end of the one before. */
export function textsOf(lines: Buffer, keyColumns: number): UserTexts {
  return {
    bytes: lines.length,
    find: (text, limit) => {
      const wanted = escapeCopy(text);
      const lower = wanted.toLowerCase();
      const found = new Set<number>();
      collect(lines, lower, found, limit);
      // A key is as it is, in capitals too.
      if (wanted !== lower) collect(lines, wanted, found, limit);
      const begin = new Set<number>();
      for (const pattern of new Set([`\n${wanted}`, tab + lower])) {
        if (found.size < limit) for (const at of found) if (beginsIn(lines, at, pattern)) begin.add(at);
        // There are more than were found so far, and those in whom a field begins so may be among them.
        if (found.size >= limit) collect(lines, pattern, begin, limit);
      }
      return [...new Set([...begin, ...found])]
        .slice(0, limit)
        .map((start) => keyAt(lines, start, keyColumns));
    },
  };
}

// Adds where the lines begin that hold a pattern, up to so many in all.
function collect(lines: Buffer, text: string, found: Set<number>, limit: number): void {
  const pattern = Buffer.from(text);
  for (let at = lines.indexOf(pattern); at !== -1 && found.size < limit; ) {
    const inLine = pattern[0] === newLine ? at + 1 : at;
    found.add(lines.lastIndexOf(newLine, inLine - 1) + 1);
    const end = lines.indexOf(newLine, inLine);
    if (end === -1) return;
    at = lines.indexOf(pattern, end);
  }
}

function beginsIn(lines: Buffer, start: number, pattern: string): boolean {
  const end = lines.indexOf(newLine, start);
  return lines.subarray(start - 1, end === -1 ? lines.length : end).includes(pattern);
}

function keyAt(lines: Buffer, start: number, columns: number): string[] {
  const end = lines.indexOf(newLine, start);
  const line = lines.toString('utf8', start, end === -1 ? lines.length : end);
  return line.split(tab, columns).map(unescapeCopy);
}

// Keys stay as they are; numbers have no capitals, and then all of it is done at once.
function lowerTexts(lines: string, keyColumns: number, plainKeys: boolean): string {
  if (plainKeys) return lines.toLowerCase();
  return lines
    .split('\n')
    .map((line) => {
      let end = 0;
      for (let column = 0; column < keyColumns; column++) end = line.indexOf('\t', end) + 1;
      return line.slice(0, end) + line.slice(end).toLowerCase();
    })
    .join('\n');
}

// COPY writes these characters of a value with a backslash (PostgreSQL manual, sql-copy, text format).
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function escapeCopy(text: string): string {
  return text.replace(/[\\\b\f\n\r\t\v]/g, (character) => {
    const letter = Object.keys(escapes).find((key) => escapes[key] === character);
    return `\\${letter ?? character}`;
  });
}

function unescapeCopy(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
}
