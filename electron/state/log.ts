import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLevel } from '../contract/job.ts';
import type { Paths } from './paths.ts';
import { redactValue } from './redact.ts';

/** A structured log: one JSON object a line, redacted before it is written. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
  /** Where it is, for people. */
  readonly file: string;
}

const maxBytes = 5 * 1024 * 1024;
// A process that stays for days looks at the size again after so much of its own.
const lookAfterBytes = 256 * 1024;

/** Opens the log file of this home; past 5 MiB it becomes rockpool.1.log and a new one begins. */
export function openLog(paths: Paths): Log {
  const file = join(paths.logs, 'rockpool.log');
  rotate(file);
  let sinceLookBytes = 0;
  return {
    file,
    write: (level, message, fields = {}) => {
      // Redacted before it is JSON: escapes would hide a secret, or a cut would break the line.
      const entry = { at: new Date().toISOString(), level, pid: process.pid, message, ...fields };
      const line = `${JSON.stringify(entry, redactValue)}\n`;
      sinceLookBytes += line.length;
      if (sinceLookBytes > lookAfterBytes) {
        rotate(file);
        sinceLookBytes = 0;
      }
      try {
        appendFileSync(file, line, { mode: 0o600 });
      } catch {
        // A full or read-only disk must not turn a working command into a failing one: the log is the first to go.
      }
    },
  };
}

function rotate(file: string): void {
  try {
    if (statSync(file).size > maxBytes) renameSync(file, file.replace(/\.log$/, '.1.log'));
  } catch {
    // There is no log yet, or another process has just rotated it.
  }
}
