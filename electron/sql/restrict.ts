import { RockpoolError } from '../contract/errors.ts';

/** Longer than any command that is let through. */
export const maxCommandBytes = 1024;

export interface SplitterOptions {
  /** How the script's bytes become text, UTF-8 where it is not given. */
  readonly decode?: (bytes: Buffer) => string;
  /** Whether a command of psql is passed over rather than refused; only `isRestrict` where it is not given. */
  readonly takesCommand?: (text: string) => boolean;
  /** Hears of each statement before the bytes behind it are decoded. */
  readonly onStatement?: (text: string) => void;
  /** The value of a variable that `\\set` has made, null for what is none; none where it is not given. */
  readonly variableOf?: (name: string) => string | null;
  /** Where the bytes begin that are pushed, where they are not those of a whole script. */
  readonly from?: { readonly line: number; readonly plainEscapes: boolean } | undefined;
}

/** The error for a command of psql that is not followed: it is quoted, with its line and what to do. */
export function refusedCommand(file: string, line: number, command: string): RockpoolError {
  const shown = shorten(command);
  return new RockpoolError('sql_refused', `${file} holds a command of psql in line ${line}: ${shown}`, {
    hint: 'A dataset must not run commands, so nothing of it was restored. Take the line out, or ask those who publish it.',
    detail: { file, line },
  });
}

// The rest of a line can be anything, a value of a row among it.
function shorten(command: string): string {
  const [first = ''] = /^\\\S{0,20}/.exec(command.trimEnd()) ?? [];
  const isAll = first.length === command.trimEnd().length;
  return isAll ? first : `${first} …`;
}

/** True for psql's `\restrict` and `\unrestrict`, which do nothing but guard what stands between them. */
export function isRestrict(command: string): boolean {
  return /^\\(un)?restrict [A-Za-z0-9]+[ \t\r]*$/.test(command);
}
