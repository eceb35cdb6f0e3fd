import { z } from 'zod';
import { ErrorReport } from './errors.ts';
import { JobState } from './job.ts';

const time = z.iso.datetime().nullable();

/** An agent as it is remembered. Its password or token is kept elsewhere; no URL holds one. */
export const AgentRecord = z.object({
  name: z.string(),
  url: z.string(),
  /** Where its Airflow answers, which starts workflows; null where nobody said. */
  airflow: z.string().nullable(),
  user: z.string().nullable(),
  /** What it is shown: nothing, a password for `user`, or a token. */
  auth: z.enum(['none', 'password', 'token']),
  /** Where the password or token is: in a file that only this user may read, or in the system's keyring. */
  kept: z.enum(['file', 'keyring']).default('file'),
  /** A file with the certificate authorities to trust beside the known ones, as an absolute path. */
  ca: z.string().nullable(),
});
export type AgentRecord = z.infer<typeof AgentRecord>;

/** What a person gives to add an agent; `secret` is a password where there is a user, else a token. */
export const AgentWish = z.object({
  name: z.string().min(1).max(64),
  url: z.string().min(1).max(2048),
  airflow: z.string().min(1).max(2048).nullish(),
  user: z.string().min(1).max(320).nullish(),
  secret: z.string().min(1).max(16_384).nullish(),
  /** Keeps the secret in a file even where there is a keyring, which the command line and schedules cannot open. */
  inFile: z.boolean().nullish(),
  ca: z.string().min(1).max(4096).nullish(),
});
export type AgentWish = z.infer<typeof AgentWish>;

/** One installed agent behind the API, and when it last said that it lives. */
export const AgentHealth = z.object({
  id: z.string(),
  name: z.string().nullable(),
  namespace: z.string().nullable(),
  version: z.string().nullable(),
  heartbeatAt: time,
});
export type AgentHealth = z.infer<typeof AgentHealth>;

/** A workflow publishes one dataset, which is called by the workflow's id. `schedule` is as the agent tells it. */
export const Workflow = z.object({
  id: z.string(),
  name: z.string().nullable(),
  type: z.string().nullable(),
  agentName: z.string().nullable(),
  schedule: z.string().nullable(),
});
export type Workflow = z.infer<typeof Workflow>;

/** Something that an agent wants to be looked at. */
export const AgentNotice = z.object({
  id: z.string(),
  acknowledged: z.boolean(),
  exception: z.string().nullable(),
  stackTrace: z.string().nullable(),
  workflow: z.string().nullable(),
  workflowName: z.string().nullable(),
  createdAt: time,
});
export type AgentNotice = z.infer<typeof AgentNotice>;

/** What an agent answered last; `failure` says why it did not when it was asked last, and the rest stays. */
export const AgentSeen = z.object({
  answeredAt: time,
  failure: ErrorReport.nullable(),
  agents: z.array(AgentHealth),
  workflows: z.array(Workflow),
  notices: z.array(AgentNotice),
});
export type AgentSeen = z.infer<typeof AgentSeen>;

/** A workflow with when it publishes next and what became of its last run, as far as is known here. */
export const WorkflowNow = Workflow.extend({
  nextAt: time,
  last: z.object({ job: z.string(), state: JobState, endedAt: time }).nullable(),
  /** The job that makes a newer revision at this moment. */
  running: z.string().nullable(),
});
export type WorkflowNow = z.infer<typeof WorkflowNow>;

/** An agent as people see it. */
export const Agent = AgentRecord.extend({ seen: AgentSeen.extend({ workflows: z.array(WorkflowNow) }) });
export type Agent = z.infer<typeof Agent>;

/** Whether an agent answers; `message` is one line either way. */
export const AgentCheck = z.object({
  agent: z.string(),
  ok: z.boolean(),
  message: z.string(),
  hint: z.string().nullable(),
});
export type AgentCheck = z.infer<typeof AgentCheck>;

/** What an agent tells of a job beside what every job has. Texts are the agent's own, without secrets. */
export const RemoteDetails = z.object({
  agent: z.string(),
  workflow: z.string().nullable(),
  workflowName: z.string().nullable(),
  workflowType: z.string().nullable(),
  /** In the agent's words, also where they are new to us. */
  status: z.string(),
  summary: z.array(z.string()),
  links: z.array(z.string()),
  /** Tables that were copied whole, and those of which the changes alone were. */
  fullCopies: z.array(z.string()),
  deltaCopies: z.array(z.string()),
  copySummary: z.array(z.string()),
  schemaChanges: z.array(z.string()),
  exception: z.string().nullable(),
  stackTrace: z.string().nullable(),
});
export type RemoteDetails = z.infer<typeof RemoteDetails>;

/** Whether a run of a workflow goes on and how it ended, in Airflow's words where they are new to us. */
export const Run = z.object({
  agent: z.string(),
  workflow: z.string(),
  workflowName: z.string().nullable(),
  runId: z.string(),
  state: z.string(),
});
export type Run = z.infer<typeof Run>;
