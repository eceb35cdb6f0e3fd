import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '../state/core.ts';
import { writeDurable } from '../state/durable.ts';
import { redact } from '../state/redact.ts';
import { getJobLog, listJobs } from './history.ts';

const jobsInside = 200;

const ownLogBytes = 5 * 1024 * 1024;
const serverLogBytes = 256 * 1024;

// As `log_line_prefix` has a server write it: what it says of itself, and of a session only why it could not begin.
const serverLine =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC \[\d+\] (?:(?:LOG|FATAL|PANIC): |[^\s@]{1,64}@[^\s@]{1,64} (?:FATAL|PANIC): )/;

/**
 * Writes a zip with what helps to find a fault: versions, the ends of Rockpool's logs, the last jobs with theirs. It was
 * redacted when it was written and is redacted again here; state.db, secrets, archives and databases stay out. Of the log
 * of a server only lines of its own come in: sessions of earlier versions could write rows there (faults F5).
 */
export async function writeDiagnosticsFile(
  core: Core,
  file: string,
  versions: Record<string, unknown>,
): Promise<void> {
  const { paths, state } = core;
  const jobs = listJobs(state, { limit: jobsInside }).map((job) => ({
    job,
    log: getJobLog(state, job.id).lines,
  }));
  const machine = {
    platform: process.platform,
    arch: process.arch,
    node: process.versions.node,
    ...versions,
  };
  const texts: Record<string, string> = {
    'versions.json': JSON.stringify(machine, null, 2),
    'jobs.json': JSON.stringify(jobs, null, 2),
  };
  for (const name of readdirSync(paths.logs).filter((each) => each.endsWith('.log'))) {
    const file = join(paths.logs, name);
    texts[`logs/${name}`] = name.startsWith('server-')
      ? serverLines(readEnd(file, serverLogBytes))
      : readEnd(file, ownLogBytes);
  }
  // Every command loads this file, and this alone wants a zip.
  const { strToU8, zipSync } = await import('fflate');
  const hide = (text: string): string => redact(text).replaceAll(paths.home, '[home]');
  const entries = Object.entries(texts).map(([name, text]) => [name, strToU8(hide(text))] as const);
  await writeDurable(file, zipSync(Object.fromEntries(entries)));
}

// Whole lines from the end of a file, however long it is.
function readEnd(file: string, most: number): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(0, size - most);
    const part = Buffer.alloc(size - start);
    const text = part.toString('utf8', 0, readSync(handle, part, 0, part.length, start));
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(handle);
  }
}

function serverLines(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const own = lines.filter((line) => serverLine.test(line));
  const others = lines.length - own.length;
  const note =
    others === 0 ? [] : [`(${others} lines that sessions wrote, or that a line goes on in, were left out)`];
  return [...own, ...note].map((line) => `${line}\n`).join('');
}
