import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '../state/core.ts';
import { writeDurable } from '../state/durable.ts';
import { redact } from '../state/redact.ts';
import { getJobLog, listJobs } from './history.ts';

const jobsInside = 200;

/**
 * Writes a zip with what helps to find a fault: versions, the logs of Rockpool, the last jobs with theirs. It was
 * redacted when it was written and is redacted again here; state.db, secrets, archives and databases stay out.
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
    texts[`logs/${name}`] = readFileSync(join(paths.logs, name), 'utf8');
  }
  // Every command loads this file, and this alone wants a zip.
  const { strToU8, zipSync } = await import('fflate');
  const hide = (text: string): string => redact(text).replaceAll(paths.home, '[home]');
  const entries = Object.entries(texts).map(([name, text]) => [name, strToU8(hide(text))] as const);
  await writeDurable(file, zipSync(Object.fromEntries(entries)));
}
