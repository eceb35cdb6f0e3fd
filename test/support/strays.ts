import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A process that works in a folder, names it on its command line or in its environment, or descends from such a one. */
export interface Stray {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that were left at work in these folders, whatever process group they are in; found on Linux only. Servers and
 * browsers have groups of their own and outlive who started them, and only some of their processes name their folder.
 */
export function findStrays(folders: readonly string[]): Stray[] {
  if (process.platform !== 'linux') return [];
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number);
  const parents = new Map(all.map((pid) => [pid, parentOf(pid)]));
  const found = new Set(all.filter((pid) => folders.some((folder) => isAtWorkIn(pid, folder))));
  // A container's processes see other folders than the engine that runs them.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found].map((pid) => ({ pid, command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

const politeMs = 5000;

/**
 * Ends what was left at work in these folders and returns what that was: asks first, so that servers let go of what they
 * hold in the system, and kills what is still there a moment later.
 */
export async function endStrays(folders: readonly string[]): Promise<Stray[]> {
  const ended = new Map<number, Stray>();
  const killFrom = Date.now() + politeMs;
  for (;;) {
    const strays = findStrays(folders);
    if (strays.length === 0) return [...ended.values()];
    for (const stray of strays) {
      const isNew = !ended.has(stray.pid);
      ended.set(stray.pid, stray);
      if (Date.now() > killFrom) signal(stray.pid, 'SIGKILL');
      // PostgreSQL takes SIGTERM for a wish to end once everybody has gone.
      else if (isNew) signal(stray.pid, /^\S*postgres\b/.test(stray.command) ? 'SIGINT' : 'SIGTERM');
    }
    await wait(50);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function isAtWorkIn(pid: number, folder: string): boolean {
  if (read(pid, 'cmdline').includes(folder) || read(pid, 'environ').includes(folder)) return true;
  const place = workingFolder(pid);
  return place === folder || place.startsWith(`${folder}${sep}`);
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It has ended, or is somebody else's.
    return '';
  }
}

/** The process that started another one, or has taken it over; 0 where it cannot be told. */
export function parentOf(pid: number): number {
  // The name before it is in brackets, and may hold any.
  return Number(/^.*\) \S (\d+)/s.exec(read(pid, 'stat'))?.[1] ?? 0);
}

function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    // It has ended since, or is somebody else's.
    return '';
  }
}
