/** Longer than any command that is let through. */
export const maxCommandBytes = 1024;

export interface SplitterOptions {
  /** How the script's bytes become text, UTF-8 where it is not given. */
  readonly decode?: (bytes: Buffer) => string;
  /** Whether a command of psql is passed over rather than refused; only `isRestrict` where it is not given. */
  readonly takesCommand?: (text: string) => boolean;
}

/** True for psql's `\restrict` and `\unrestrict`, which do nothing but guard what stands between them. */
export function isRestrict(command: string): boolean {
  return /^\\(un)?restrict [A-Za-z0-9]+[ \t\r]*$/.test(command);
}
