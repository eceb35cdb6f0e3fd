import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AgentFault, misbehave, readBody } from './agent-server.ts';

/** A run as Airflow keeps it. */
export interface FakeRun {
  id: string;
  dag: string;
  conf: unknown;
  state: string;
  task: { id: string; state: string; log: string };
}

/** Airflow's REST API (format 3): version 1 with basic auth, or version 2 with a token. */
export interface AirflowServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: string[];
  readonly runs: FakeRun[];
  scheduler: string;
  /** States that a run goes through, one a look; the last stays. */
  states: string[];
  /** What its task logs at each look; a list is given in parts, with continuation tokens. */
  log: string;
  /** Every part of a log names a next one. */
  isLogEndless: boolean;
  fault: (path: string) => AgentFault | null;
}

interface Options {
  readonly version: 1 | 2;
  readonly user: string;
  readonly password: string;
  readonly dag: string;
}

const token = 'airflow-access-token-77aa';

/** Starts it on a free port of 127.0.0.1. */
export async function startAirflow({ version, user, password, dag }: Options): Promise<AirflowServer> {
  const data: Omit<AirflowServer, 'url' | typeof Symbol.asyncDispose> = {
    requests: [],
    runs: [],
    scheduler: 'healthy',
    states: ['queued', 'running', 'success'],
    log: 'line one\nline two',
    isLogEndless: false,
    fault: () => null,
  };
  const api = `/api/v${version}`;
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    data.requests.push(`${method} ${url}`);
    const fault = data.fault(url);
    if (fault !== null) return misbehave(response, fault);
    const { pathname, searchParams } = new URL(url, 'http://airflow');
    if (version === 2 && url === '/auth/token') {
      const given = (await readBody(request)) as { username: string; password: string };
      const isRight = given.username === user && given.password === password;
      return send(response, isRight ? 201 : 401, isRight ? { access_token: token } : { detail: 'no' });
    }
    if (pathname === '/api/v2/version' && version === 2) return send(response, 200, { version: '3.0.1' });
    if (!pathname.startsWith(api)) return send(response, 404, { title: 'Not Found' });
    if (headers.authorization !== (version === 1 ? basic : `Bearer ${token}`)) return send(response, 401, {});
    const path = pathname.slice(api.length);
    if (path === (version === 1 ? '/health' : '/monitor/health')) {
      return send(response, 200, {
        metadatabase: { status: 'healthy' },
        scheduler: { status: data.scheduler },
      });
    }
    const [, , dagId = '', , runId, , taskId, logs] = path.split('/').map(decodeURIComponent);
    if (dagId !== dag) return send(response, 404, { title: 'DAG not found' });
    if (runId === undefined) return start(request, response);
    const run = data.runs.find(({ id }) => id === runId);
    if (run === undefined) return send(response, 404, { title: 'DAGRun not found' });
    if (logs === 'logs') return send(response, 200, readLog(run, searchParams.get('token')));
    if (path.endsWith('/taskInstances')) {
      const { id, state } = run.task;
      const task = { task_id: id, state, try_number: 1 };
      return send(response, 200, {
        task_instances: [task, { task_id: 'later', state: null, try_number: 0 }],
      });
    }
    if (taskId !== undefined) return send(response, 404, {});
    advance(run);
    send(response, 200, { dag_run_id: run.id, state: run.state, conf: run.conf });
  };
  const start = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await readBody(request)) as { conf?: unknown; logical_date?: unknown };
    // Version 3 of Airflow insists on the field, and lets it be null.
    if (version === 2 && body.logical_date === undefined)
      return send(response, 422, { detail: 'logical_date' });
    const id = `manual__2026-11-22T09:00:0${data.runs.length}+00:00`;
    const task = { id: 'erl-data-dump', state: 'queued', log: '' };
    data.runs.push({ id, dag, conf: body.conf, state: '', task });
    send(response, 200, { dag_run_id: id, dag_id: dag, state: 'queued' });
  };
  const advance = (run: FakeRun): void => {
    const at = data.states.indexOf(run.state);
    run.state = data.states[Math.min(at + 1, data.states.length - 1)] ?? 'queued';
    run.task.state = run.state;
    run.task.log = run.state === 'queued' ? '' : data.log;
  };
  const readLog = (run: FakeRun, at: string | null): unknown => {
    if (data.isLogEndless) {
      const next = Number(at ?? 0) + 1;
      return { content: `part ${next}`, continuation_token: String(next) };
    }
    if (version === 2) {
      const content = run.task.log.split('\n').map((event) => ({ timestamp: '2026-11-22T09:00:00Z', event }));
      return { content, continuation_token: null };
    }
    const escaped = run.task.log.replaceAll('\n', '\\n').replaceAll("'", "\\'");
    return { content: `[('worker-0', '${escaped}')]`, continuation_token: null };
  };

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(data, {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
