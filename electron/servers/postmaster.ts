import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileError } from '../state/files.ts';
import { type ProcessId, startTime } from '../state/processes.ts';

/**
 * What the file `postmaster.pid` of a data folder stands for. `left` means that no server of this folder runs
 * behind it.
 */
export type Postmaster =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly process: ProcessId; readonly port: number; readonly status: string }
  | { readonly state: 'left'; readonly by: 'dead' | 'stranger' | 'empty'; readonly pid: number | null };

/**
 * Finds the server of a data folder. It is ours only where a live process runs a program called postgres *in*
 * that folder (E8, E9). The start time in `process` lets a caller see, before it sends a signal, that it is still
 * the same one. Throws `file_unreadable`.
 */
export function findPostmaster(data: string): Postmaster {
  const file = join(data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'latin1').split('\n');
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { state: 'none' };
    throw fileError(error, file, 'read');
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return { state: 'left', by: 'empty', pid: null };
  const startedAt = startTime(pid);
  if (startedAt === null) return { state: 'left', by: 'dead', pid };
  if (!runsIn(pid, data)) return { state: 'left', by: 'stranger', pid };
  // Lines 4 and 8 of the file, the latter padded with blanks (src/include/utils/pidfile.h).
  return {
    state: 'running',
    process: { pid, startedAt },
    port: Number(lines[3] ?? 0),
    status: lines[7]?.trim() ?? '',
  };
}

/**
 * Processes of a server of this data folder, whatever its pid file says: those that outlive a killed postmaster
 * for a moment. Known on Linux only; elsewhere PostgreSQL's own check of its shared memory has to do.
 */
export function listServerProcesses(data: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && runsIn(pid, data) && startTime(pid) !== null);
}

function runsIn(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux') {
      const folder = realpathSync(data);
      return readlinkSync(`/proc/${pid}/cwd`) === folder && isPostgres(readlinkSync(`/proc/${pid}/exe`));
    }
    if (process.platform === 'win32') {
      const command = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
      const line = run('powershell', ['-NoProfile', '-Command', command]).replaceAll('\\', '/').toLowerCase();
      return line.includes('postgres') && line.includes(data.replaceAll('\\', '/').toLowerCase());
    }
    const folder = run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
    return (
      isPostgres(run('ps', ['-o', 'comm=', '-p', String(pid)]).trim()) &&
      folder.split('\n').includes(`n${realpathSync(data)}`)
    );
  } catch {
    return false;
  }
}

// After an update the program of a running server is gone: Linux then adds " (deleted)".
function isPostgres(program: string): boolean {
  return basename(program.replace(/ \(deleted\)$/, '')) === 'postgres';
}

function run(command: string, args: string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
