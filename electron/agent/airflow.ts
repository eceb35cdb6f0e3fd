import { z } from 'zod';
import type { AgentRecord } from '../contract/agent.ts';
import { RockpoolError } from '../contract/errors.ts';
import { rememberSecret } from '../state/redact.ts';
import { type Answer, exchange, type Limits, readJson } from './exchange.ts';
import { notAnAgent, statusError } from './failures.ts';
import { textOf } from './texts.ts';

/** One task of a run, as Airflow tells it. */
export interface RunTask {
  readonly id: string;
  readonly state: string | null;
  readonly tries: number;
}

/** A part of a task's log, and where to go on; `next` null says that this is all of it for now. */
export interface LogPart {
  readonly lines: string[];
  readonly next: string | null;
}

/** Airflow's REST API, version 1 or 2. All of it throws `agent_unreachable`, `agent_denied` or `agent_invalid`. */
export interface Airflow {
  start(workflow: string, conf: Record<string, unknown>, signal?: AbortSignal): Promise<string>;
  /** The state of a run, in Airflow's words; null where there is no such run. */
  state(workflow: string, run: string, signal?: AbortSignal): Promise<string | null>;
  tasks(workflow: string, run: string, signal?: AbortSignal): Promise<RunTask[]>;
  log(
    workflow: string,
    run: string,
    task: RunTask,
    token: string | null,
    signal?: AbortSignal,
  ): Promise<LogPart>;
  /** What Airflow says of its scheduler, such as `healthy`; null where it does not say. */
  scheduler(signal?: AbortSignal): Promise<string | null>;
}

const longestLogBytes = 1024 * 1024;

/** Finds out which version answers, and opens it. Throws `usage` where the agent has no Airflow. */
export async function openAirflow(
  agent: AgentRecord,
  secret: string | null,
  signal?: AbortSignal,
  limits?: Partial<Limits>,
): Promise<Airflow> {
  const { airflow: base, ca, user, auth } = agent;
  if (base === null) {
    throw new RockpoolError('usage', `It is not known where the Airflow of ${agent.name} answers.`, {
      hint: `Add the agent again with --airflow URL: rockpool agent remove ${agent.name}`,
      detail: { agent: agent.name },
    });
  }
  const probe = await exchange({ url: `${base}/api/v2/version`, ca, limits, signal });
  const version = [200, 401, 403].includes(probe.status) ? 2 : 1;
  const api = `${base}/api/v${version}`;
  let bearer = auth === 'token' ? secret : null;

  const authorization = async (): Promise<string | null> => {
    if (version === 2 && bearer === null && auth === 'password') bearer = await askToken();
    if (bearer !== null) return `Bearer ${bearer}`;
    if (auth !== 'password') return null;
    return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  };
  const askToken = async (): Promise<string> => {
    const url = `${base}/auth/token`;
    const body = { username: user, password: secret };
    const answer = await exchange({ method: 'POST', url, body, ca, limits, signal });
    const found = Token.safeParse(readJson(requireSuccess(answer, url), url));
    if (!found.success) throw notAnAgent(url, 'it gives no token');
    rememberSecret(found.data.access_token);
    return found.data.access_token;
  };
  const ask = async (path: string, more: Partial<Parameters<typeof exchange>[0]> = {}): Promise<Answer> => {
    const send = async (): Promise<Answer> => {
      const shown = await authorization();
      const headers = { ...more.headers, ...(shown !== null && { authorization: shown }) };
      return exchange({ url: `${api}${path}`, ca, limits, ...more, headers });
    };
    const answer = await send();
    // A token lives for a day at most, and a run may be followed for longer.
    if (answer.status !== 401 || version === 1 || auth !== 'password') return answer;
    bearer = null;
    return send();
  };
  const read = async <Schema extends z.ZodType>(path: string, schema: Schema, answer: Answer) => {
    const url = `${api}${path}`;
    const parsed = schema.safeParse(readJson(requireSuccess(answer, url), url));
    if (!parsed.success) throw notAnAgent(url, 'its answer has another shape than Airflow gives');
    return parsed.data;
  };

  const runsOf = (workflow: string): string => `/dags/${encodeURIComponent(workflow)}/dagRuns`;
  const runOf = (workflow: string, run: string): string => `${runsOf(workflow)}/${encodeURIComponent(run)}`;
  return {
    start: async (workflow, conf, until) => {
      const path = runsOf(workflow);
      const body = version === 1 ? { conf } : { conf, logical_date: null };
      const answer = await ask(path, { method: 'POST', body, signal: until });
      if (answer.status === 404) throw noWorkflow(agent.name, workflow);
      return (await read(path, Started, answer)).dag_run_id;
    },
    state: async (workflow, run, until) => {
      const path = runOf(workflow, run);
      const answer = await ask(path, { signal: until });
      return answer.status === 404 ? null : (await read(path, State, answer)).state;
    },
    tasks: async (workflow, run, until) => {
      const path = `${runOf(workflow, run)}/taskInstances`;
      const answer = await ask(path, { signal: until });
      if (answer.status === 404) return [];
      const { task_instances: tasks } = await read(path, Tasks, answer);
      return tasks.map(({ task_id: id, state, try_number: tries }) => ({ id, state, tries }));
    },
    log: async (workflow, run, task, token, until) => {
      const query = `?full_content=true${token === null ? '' : `&token=${encodeURIComponent(token)}`}`;
      const of = `${runOf(workflow, run)}/taskInstances/${encodeURIComponent(task.id)}`;
      const path = `${of}/logs/${task.tries}${query}`;
      const limited = { ...limits, maxBytes: longestLogBytes };
      const answer = await ask(path, { signal: until, limits: limited, cut: true });
      return answer.status === 404 ? { lines: [], next: null } : readLog(requireSuccess(answer, api));
    },
    scheduler: async (until) => {
      const path = version === 1 ? '/health' : '/monitor/health';
      const answer = await ask(path, { signal: until });
      if (answer.status !== 200) return null;
      const found = Health.safeParse(readJson(answer.text, `${api}${path}`));
      return found.success ? found.data.scheduler.status : null;
    },
  };
}

const Token = z.object({ access_token: z.string().min(1).max(16_384) });
const Started = z.object({ dag_run_id: z.string().min(1).max(500) });
const State = z.object({
  state: z
    .string()
    .max(100)
    .nullish()
    .transform((state) => state ?? 'none'),
});
const Tasks = z.object({
  task_instances: z
    .array(
      z.object({
        task_id: z.string().max(500),
        state: z
          .string()
          .max(100)
          .nullish()
          .transform((state) => state ?? null),
        try_number: z
          .number()
          .int()
          .min(0)
          .max(1000)
          .nullish()
          .catch(null)
          .transform((tries) => Math.max(1, tries ?? 1)),
      }),
    )
    .max(5000),
});
const Health = z.object({ scheduler: z.object({ status: z.string().max(100).nullable() }) });
const Log = z.object({
  content: z.unknown(),
  continuation_token: z.string().max(16_384).nullish().catch(null),
});

function requireSuccess({ status, text }: Answer, url: string): string {
  if (status < 200 || status > 299) throw statusError(url, status);
  return text;
}

/** A log comes as JSON, whose content is text, lists in Python's spelling, or events; or as plain text; or cut. */
export function readLog(text: string): LogPart {
  let parsed: z.infer<typeof Log> | null = null;
  try {
    parsed = Log.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Plain text, or JSON that was cut since it is too long.
  }
  if (parsed === null) return { lines: linesOfLog(text), next: null };
  const { content, continuation_token: next } = parsed;
  const lines = Array.isArray(content)
    ? content.flatMap((each) => linesOfLog(eventOf(each)))
    : linesOfLog(typeof content === 'string' ? plain(content) : '');
  return { lines, next: next ?? null };
}

function eventOf(each: unknown): string {
  if (typeof each === 'string') return each;
  const { timestamp, event } = (each ?? {}) as { timestamp?: unknown; event?: unknown };
  return [timestamp, event].filter((part) => typeof part === 'string').join(' ');
}

// Version 1 gives `[('host', 'first\nsecond\n')]`, as Python writes it.
function plain(content: string): string {
  const inner = /^\[\('[^']*', ['"]([\s\S]*)['"]\)\]$/.exec(content)?.[1];
  return inner === undefined ? content : inner.replaceAll('\\n', '\n').replaceAll("\\'", "'");
}

function linesOfLog(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => textOf(line))
    .filter((line) => line !== null);
}

function noWorkflow(agent: string, workflow: string): RockpoolError {
  return new RockpoolError('workflow_not_found', `The Airflow of ${agent} has no workflow ${workflow}.`, {
    hint: 'It may not have been deployed yet, or belong to another agent.',
    detail: { agent, workflow },
  });
}
