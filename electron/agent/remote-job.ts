import { createHash } from 'node:crypto';
import type { RemoteDetails } from '../contract/agent.ts';
import type { Job, JobState } from '../contract/job.ts';
import { waitingStep } from '../jobs/progress.ts';
import type { ToldJob } from './answers.ts';

/** A job of an agent as it is kept. */
export interface RemoteJob {
  readonly job: Job;
  readonly details: RemoteDetails;
}

const states: Readonly<Record<string, JobState>> = {
  queued: 'queued',
  inprogress: 'running',
  completed: 'succeeded',
  error: 'failed',
};

/** The id under which a job of an agent is kept. It begins with an `r`, as no id of a job of ours does. */
export function remoteIdOf(agent: string, uuid: string): string {
  return `r${createHash('sha256').update(`${agent}\0${uuid}`).digest('hex').slice(0, 15)}`;
}

/**
 * What an agent tells of a job, as a job. Its state is `running` where the agent's word for it is new to us, and that
 * word stands in its step. `before` is what was known of it: it never shows less progress than it did.
 */
export function readRemoteJob(agent: string, told: ToldJob, before: Job | null, now: Date): RemoteJob {
  const id = remoteIdOf(agent, told.uuid);
  const state = states[told.status.toLowerCase().replace(/[^a-z]/g, '')] ?? null;
  const hasEnded = state === 'succeeded' || state === 'failed';
  const times = timesOf(told, hasEnded, state === 'queued', before, now);
  const share = state === 'succeeded' ? 1 : Math.max(before?.progress ?? 0, (told.progress ?? 0) / 100);
  // Whole it is only once it has ended well, whatever was said of it before.
  const progress = state === 'succeeded' ? 1 : Math.min(share, hasEnded ? 1 : 0.99);
  const description = state === null ? `the agent says: ${told.status}` : (told.summary[0] ?? null);
  const job: Job = {
    id,
    kind: 'workflow',
    title: told.workflowName ?? told.workflow ?? 'Workflow without a name',
    state: state ?? 'running',
    install: null,
    ...times,
    progress,
    etaMs: null,
    steps: [
      {
        ...waitingStep({ key: 'workflow', title: agent, weight: 1 }),
        state: stepStates[state ?? 'running'],
        description: description === null ? null : description.slice(0, 300),
        done: Math.round(progress * 100),
        total: 100,
        startedAt: times.startedAt,
        endedAt: times.endedAt,
      },
    ],
    error:
      state === 'failed'
        ? {
            code: 'workflow_failed',
            message: firstLine(told.exception) ?? 'The workflow failed, and the agent does not say why.',
            hint: 'What was published before stays as it is: installs keep working with it.',
            detail: { agent, workflow: told.workflow },
          }
        : null,
    request: { agent, workflow: told.workflow, name: told.workflowName },
    remote: true,
  };
  return { job, details: detailsOf(agent, told) };
}

/** A job that its agent lists no more although it had not ended: nobody can tell how it did. */
export function lostJob(job: Job, now: Date): Job {
  const description = 'its agent tells of it no more, so how it ended is not known';
  const endedAt = now.toISOString();
  return {
    ...job,
    state: 'interrupted',
    endedAt,
    steps: job.steps.map((step) => ({ ...step, state: 'failed', description, endedAt })),
  };
}

const stepStates = {
  queued: 'waiting',
  running: 'running',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'failed',
  interrupted: 'failed',
} as const;

/** Times that make sense together, whatever the agent's clock says: no job ends before it begins. */
function timesOf(
  { createdAt, endedAt }: ToldJob,
  hasEnded: boolean,
  isQueued: boolean,
  before: Job | null,
  now: Date,
): Pick<Job, 'createdAt' | 'startedAt' | 'endedAt'> {
  const begun = createdAt ?? before?.createdAt ?? now.toISOString();
  if (!hasEnded) return { createdAt: begun, startedAt: isQueued ? null : begun, endedAt: null };
  // Where the end is not told it was just now if we saw the job run, and is not known else.
  const seenEnd = before === null ? null : (before.endedAt ?? now.toISOString());
  const end = endedAt ?? seenEnd;
  const isSound = end !== null && createdAt !== null && end >= createdAt;
  return { createdAt: begun, startedAt: isSound ? begun : null, endedAt: isSound ? end : begun };
}

function firstLine(text: string | null): string | null {
  const line = text?.split('\n').find((each) => each.trim() !== '');
  return line === undefined ? null : line.trim().slice(0, 300);
}

function detailsOf(agent: string, told: ToldJob): RemoteDetails {
  const { workflow, workflowName, workflowType, status, summary, links } = told;
  const { fullCopies, deltaCopies, copySummary, schemaChanges, exception, stackTrace } = told;
  return {
    agent,
    workflow,
    workflowName,
    workflowType,
    status,
    summary,
    links,
    fullCopies,
    deltaCopies,
    copySummary,
    schemaChanges,
    exception,
    stackTrace,
  };
}
