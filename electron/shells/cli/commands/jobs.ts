import type { Command } from 'commander';
import type { RemoteDetails } from '../../../contract/agent.ts';
import type { Job, JobLogLine } from '../../../contract/job.ts';
import { formatAgo, formatDuration, formatTable, printable } from '../output.ts';
import { runAction } from '../run.ts';
import { say } from '../terminal.ts';
import { readLimit } from '../words.ts';

interface Json {
  readonly json?: boolean;
}

/** jobs, job, cancel. */
export function addJobCommands(program: Command): void {
  program
    .command('jobs')
    .description('what has been done and what is going on')
    .option('--limit <n>', 'how many', readLimit, 20)
    .option('--remote', 'those of agents, which are asked first')
    .action((flags: Json & { limit: number; remote?: boolean }) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          if (flags.remote !== true) return { jobs: app.listJobs(flags.limit) };
          for (const { agent, error } of await app.refreshAgents(watch.signal)) {
            say(`${agent} does not answer, what is known of it stays: ${error.message}`);
          }
          return { jobs: app.listRemoteJobs({ limit: flags.limit }) };
        },
        format: ({ jobs }) => (jobs.length === 0 ? 'Nothing has been done yet.' : listOf(jobs)),
      }),
    );

  program
    .command('job <id>')
    .description('one job with its steps and its log; the first letters of the id are enough')
    .option('--follow', 'stay until it ends')
    .action((id: string, flags: Json & { follow?: boolean }) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          if (flags.follow === true) await app.followJob(id, watch.onChange, watch.signal);
          const shown = app.showJob(id);
          return shown.job.remote ? { ...shown, details: app.showRemoteJob(shown.job.id).details } : shown;
        },
        format: (shown) =>
          'details' in shown ? remoteText(shown.job, shown.details) : detailsOf(shown.job, shown.log),
      }),
    );

  program
    .command('cancel <id>')
    .description('ask a job to stop; what it had begun is cleaned up')
    .action((id: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => ({ job: await app.cancelJob(id, watch.signal) }),
        format: ({ job }) => `${job.title}: ${job.state}`,
      }),
    );
}

function listOf(jobs: readonly Job[]): string {
  const rows = jobs.map((job) => [job.id, job.title, stateOf(job), took(job), formatAgo(job.createdAt)]);
  return formatTable(['id', 'job', 'state', '>took', 'when'], rows);
}

function stateOf(job: Job): string {
  if (job.state === 'running') return `running, ${Math.floor(job.progress * 100)} %`;
  return job.error === null ? job.state : `${job.state}: ${job.error.code}`;
}

function took({ startedAt, endedAt }: { startedAt: string | null; endedAt: string | null }): string {
  return startedAt === null || endedAt === null
    ? '–'
    : formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

function detailsOf(job: Job, log: readonly JobLogLine[]): string {
  const steps = job.steps.map((step) => [step.title, step.state, took(step)]);
  const lines = [
    `${job.title} (${job.id}): ${stateOf(job)}, ${took(job)}, ${job.createdAt}`,
    '',
    formatTable(['step', 'state', '>took'], steps),
  ];
  if (job.error !== null) {
    lines.push('', job.error.message);
    if (job.error.hint !== null) lines.push(job.error.hint);
  }
  if (log.length > 0)
    lines.push('', ...log.map((line) => `${line.at}  ${line.level.padEnd(5)}  ${printable(line.message)}`));
  return lines.join('\n');
}

function remoteText(job: Job, details: RemoteDetails): string {
  const { agent, workflow, status, exception, stackTrace } = details;
  const parts: [title: string, lines: readonly string[]][] = [
    ['Summary', details.summary],
    ['Copied whole', details.fullCopies],
    ['Copied by their changes', details.deltaCopies],
    ['Copies', details.copySummary],
    ['Schema changes', details.schemaChanges],
    ['Links', details.links],
    ['Exception', exception === null ? [] : exception.split('\n')],
    ['Stack trace', stackTrace === null ? [] : stackTrace.split('\n')],
  ];
  const shown = parts.filter(([, lines]) => lines.length > 0);
  return [
    `${job.title} (${job.id}): ${status}, ${Math.floor(job.progress * 100)} %, ${took(job)}, ${job.createdAt}`,
    `agent ${agent}, workflow ${workflow ?? 'not told'}`,
    ...shown.flatMap(([title, lines]) => ['', title, ...lines.map((line) => `  ${line}`)]),
  ]
    .map(printable)
    .join('\n');
}
