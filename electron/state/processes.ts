import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process that can be told from a later one with the same number: its pid and when it started. `startedAt` is
 * opaque text, comparable on the machine and boot it was made on.
 */
export interface ProcessId {
  readonly pid: number;
  readonly startedAt: string;
}

let own: ProcessId | undefined;

/** This process. */
export function ownProcess(): ProcessId {
  own ??= { pid: process.pid, startedAt: startTime(process.pid) ?? 'unknown' };
  return own;
}

/** True while the very same process lives; a stranger that got its number does not count. */
export function isAlive(id: ProcessId): boolean {
  const startedAt = startTime(id.pid);
  return startedAt !== null && startedAt === id.startedAt;
}

/** When a process started, as opaque text; null where there is none (a zombie counts as none). */
export function startTime(pid: number): string | null {
  if (process.platform === 'linux') return startTimeOnLinux(pid);
  if (!exists(pid)) return null;
  try {
    return process.platform === 'win32'
      ? run('powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`])
      : run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  } catch {
    return null;
  }
}

function startTimeOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command name stands in brackets and may hold anything, so fields are counted from the last bracket:
    // state is field 3, starttime field 22 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}:${fields[19]}`;
  } catch {
    return null;
  }
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return boot;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function run(command: string, args: string[]): string | null {
  const text = execFileSync(command, args, {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.trim() || null;
}
