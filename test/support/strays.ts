import { readdirSync, readFileSync } from 'node:fs';

/** A process that works in a folder or names it on its command line. */
export interface Stray {
  readonly pid: number;
  readonly command: string;
}

/** Processes that a test forgot in its temporary folder; found on Linux only. */
export function findStrays(folder: string): Stray[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: commandLine(name) }))
    .filter(({ command }) => command.includes(folder));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // It has ended since the folder was listed.
    return '';
  }
}
