import { z } from 'zod';
import type { AgentHealth, AgentNotice, Workflow } from '../contract/agent.ts';
import { linesOf, textOf, timeOf } from './texts.ts';

/** A job as an agent tells it; fields that it left out are null or empty. */
export interface ToldJob {
  readonly uuid: string;
  readonly status: string;
  readonly createdAt: string | null;
  readonly endedAt: string | null;
  /** 0 to 100, null where it is not told. */
  readonly progress: number | null;
  readonly workflow: string | null;
  readonly workflowName: string | null;
  readonly workflowType: string | null;
  readonly summary: string[];
  readonly links: string[];
  readonly fullCopies: string[];
  readonly deltaCopies: string[];
  readonly copySummary: string[];
  readonly schemaChanges: string[];
  readonly exception: string | null;
  readonly stackTrace: string | null;
}

// An agent lists 25 jobs and some dozens of the rest: one that sends a million is not believed.
const mostTaken = 1000;

const text = z
  .unknown()
  .optional()
  .transform((value) => textOf(value));
const longText = z
  .unknown()
  .optional()
  .transform((value) => textOf(value, 64 * 1024));
const time = z.unknown().optional().transform(timeOf);
const lines = z.unknown().optional().transform(linesOf);
const id = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1).max(100));

const Metadata = z
  .object({
    initialCopies: lines,
    deltaCopies: lines,
    copySummary: lines,
    schemaChangeDetected: z.unknown().optional(),
  })
  .partial();

const progress = z
  .unknown()
  .optional()
  .transform((value) => {
    const number = typeof value === 'string' ? Number.parseFloat(value) : value;
    return typeof number === 'number' && number >= 0 ? Math.min(100, number) : null;
  });

const Told = z.object({
  uuid: id,
  status: text,
  createdAt: time,
  lastTaskEnd: time,
  workflowType: text,
  outputSummary: lines,
  outputLinks: lines,
  outputMetadata: Metadata.nullish().catch(null),
  exception: longText,
  stackTrace: longText,
  progress,
  workflowName: text,
  workflowId: text,
});

/** The jobs of `GET /workflow/jobs`; null where the answer is no list. What has no id is left out. */
export function readJobs(answer: unknown): ToldJob[] | null {
  return (
    readList(answer, Told)?.map((told): ToldJob => {
      const { initialCopies, deltaCopies, copySummary, schemaChangeDetected } = told.outputMetadata ?? {};
      return {
        uuid: told.uuid,
        status: told.status ?? 'unknown',
        createdAt: told.createdAt,
        endedAt: told.lastTaskEnd,
        progress: told.progress,
        workflow: told.workflowId,
        workflowName: told.workflowName,
        workflowType: told.workflowType,
        summary: told.outputSummary,
        links: told.outputLinks,
        fullCopies: initialCopies ?? [],
        deltaCopies: deltaCopies ?? [],
        copySummary: copySummary ?? [],
        schemaChanges:
          schemaChangeDetected === true ? ['The schema has changed.'] : linesOf(schemaChangeDetected),
        exception: told.exception,
        stackTrace: told.stackTrace,
      };
    }) ?? null
  );
}

const ToldWorkflow = z.object({ uuid: id, name: text, agentName: text, workflowType: text, schedule: text });

/** The workflows of `GET /workflow`; null where the answer has no such list. */
export function readWorkflows(answer: unknown): Workflow[] | null {
  const list = readList((answer as { workflows?: unknown } | null)?.workflows, ToldWorkflow);
  return list?.map(({ uuid, workflowType, ...rest }) => ({ id: uuid, type: workflowType, ...rest })) ?? null;
}

// The answer holds the agent's keys and passwords beside these.
const ToldAgent = z.object({
  uuid: id,
  name: text,
  namespace: text,
  lastHeartBeatDate: time,
  lastAgentVersion: text,
});

/** The installed agents of `GET /agent`; null where the answer is no list. */
export function readAgents(answer: unknown): AgentHealth[] | null {
  return (
    readList(answer, ToldAgent)?.map(({ uuid, lastHeartBeatDate, lastAgentVersion, ...rest }) => ({
      id: uuid,
      version: lastAgentVersion,
      heartbeatAt: lastHeartBeatDate,
      ...rest,
    })) ?? null
  );
}

const ToldNotice = z.object({
  uuid: id,
  acked: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === 1 || value === 'true'),
  exception: text,
  stackTrace: z
    .unknown()
    .optional()
    .transform((value) => textOf(value, 8 * 1024)),
  workflowId: text,
  workflowName: text,
  createdAt: time,
});

/** The notifications of `GET /notification`, newest first; null where the answer has no such list. */
export function readNotices(answer: unknown): AgentNotice[] | null {
  const list = readList((answer as { notifications?: unknown } | null)?.notifications, ToldNotice);
  return (
    list
      ?.map(({ uuid, acked, workflowId, ...rest }) => ({
        id: uuid,
        acknowledged: acked,
        workflow: workflowId,
        ...rest,
      }))
      .toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''))
      .slice(0, 100) ?? null
  );
}

function readList<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema>[] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, mostTaken).flatMap((each) => {
    const parsed = schema.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}
