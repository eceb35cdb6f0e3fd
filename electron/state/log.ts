import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLevel } from '../contract/job.ts';
import type { Paths } from './paths.ts';
import { redact } from './redact.ts';

/** A structured log: one JSON object a line, redacted before it is written. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
  /** Where it is, for people. */
  readonly file: string;
}

const maxBytes = 5 * 1024 * 1024;

/** Opens the log file of this home; at 5 MiB it becomes rockpool.1.log and a new one begins. */
export function openLog(paths: Paths): Log {
  const file = join(paths.logs, 'rockpool.log');
  rotate(file);
  return {
    file,
    write: (level, message, fields = {}) => {
      const line = JSON.stringify({
        at: new Date().toISOString(),
        level,
        pid: process.pid,
        message,
        ...fields,
      });
      try {
        appendFileSync(file, `${redact(line)}\n`, { mode: 0o600 });
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
