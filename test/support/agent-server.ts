import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A job as the agent's API tells it (format 2). */
export type AnyJob = Record<string, unknown>;

/** What goes wrong with an answer. */
export type AgentFault =
  | { readonly status: number; readonly text?: string }
  | { readonly text: string; readonly type?: string }
  | { readonly silence: true }
  | { readonly endless: true }
  | { readonly reset: true };

/** Keys and passwords that stand in the answers beside what is wanted; none may be found anywhere afterwards. */
export const planted = [
  'planted-fernet-8c1d0e',
  'planted-webserver-1f77aa',
  'planted-airflow-password-90ab',
  'planted-db-password-55ce',
  'planted-aws-secret-33de',
] as const;

/** An agent's API as formats 2 tells it, over data that a test changes as it likes. */
export interface AgentServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: string[];
  readonly logins: { email: string; password: string }[];
  jobs: unknown;
  workflows: Record<string, unknown>[];
  notices: Record<string, unknown>[];
  /** Null: the open edition, which has no log-in. */
  account: { user: string; password: string } | null;
  token: string | null;
  fault: (path: string) => AgentFault | null;
  /** Ends all sessions, as an expiry would. */
  expire(): void;
}

export const workflowId = '8f1c2d3e-0000-4000-8000-000000000001';

/** A job with all fields of format 2. */
export function agentJob(more: AnyJob = {}): AnyJob {
  return {
    uuid: 'job-1',
    status: 'completed',
    createdAt: '2026-11-22T02:00:00.000Z',
    lastTaskEnd: '2026-11-22T02:03:10.000Z',
    workflowType: 'erl',
    outputSummary: 'Published revision 42',
    outputLinks: ['https://example.com/exports/42'],
    outputMetadata: {
      initialCopies: ['public.users'],
      deltaCopies: ['public.orders', 'public.lines'],
      copySummary: ['3 tables'],
      schemaChangeDetected: false,
    },
    exception: null,
    stackTrace: null,
    progress: 0,
    workflowName: 'nightly-crm',
    workflowId,
    ...more,
  };
}

export function agentWorkflow(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid: workflowId,
    name: 'nightly-crm',
    agentId: 'agent-1',
    agentName: 'production',
    workflowType: 'erl',
    schedule: '0 2 * * *',
    redactrules: [{ databaseTable: 'users', table: 'users', column: 'email', rule: 'redact_email' }],
    inputs: [{ uuid: 'i', inputName: 'crm', tables: [], password: planted[3] }],
    datafeeds: [{ uuid: 'f', dataFeed: 's3upload', dataFeedConfig: { awsSecret: planted[4] } }],
    ...more,
  };
}

/** Starts the API on a free port of 127.0.0.1; over TLS where a key and a certificate are given. */
export async function startAgentServer(tls?: { key: string; cert: string }): Promise<AgentServer> {
  let sessions = new Set<string>();
  const data: Omit<AgentServer, 'url' | typeof Symbol.asyncDispose> = {
    requests: [],
    logins: [],
    jobs: [],
    workflows: [agentWorkflow()],
    notices: [],
    account: null,
    token: null,
    fault: () => null,
    expire: () => {
      sessions = new Set();
    },
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    data.requests.push(`${method} ${url}`);
    const fault = data.fault(url);
    if (fault !== null) return misbehave(response, fault);
    if (method === 'POST' && url === '/users/login') return logIn(request, response);
    if (!isAllowed(request)) return send(response, 401, { errors: 'not logged in' });
    if (url === '/health') return send(response, 200, {});
    if (method === 'GET' && url === '/workflow/jobs') return send(response, 200, data.jobs);
    if (method === 'GET' && url === '/workflow') {
      const presets = [{ config: planted[4] }];
      return send(response, 200, {
        workflows: data.workflows,
        presets,
        redactrulesets: [],
        agents: [],
        agentInputs: [],
      });
    }
    if (method === 'GET' && url === '/agent') return send(response, 200, [oneAgent]);
    if (method === 'GET' && url === '/notification')
      return send(response, 200, { notifications: data.notices });
    const acknowledged = /^\/notification\/(?:([^/]+)\/ackException|ackAll)$/.exec(url);
    if (method === 'PUT' && acknowledged !== null) {
      for (const notice of data.notices) {
        if (acknowledged[1] === undefined || notice.uuid === acknowledged[1]) notice.acked = true;
      }
      return send(response, 200, {});
    }
    send(response, 404, { errors: 'not found' });
  };
  const logIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (data.account === null) return send(response, 404, { errors: 'not found' });
    const body = (await readBody(request)) as { email: string; password: string };
    data.logins.push(body);
    if (body.email !== data.account.user || body.password !== data.account.password) {
      return send(response, 401, { errors: 'wrong password' });
    }
    const session = `jwt-session-${data.logins.length}-secret`;
    sessions.add(session);
    response.setHeader('set-cookie', [`jwt=${session}; Path=/; HttpOnly`, 'other=1']);
    send(response, 200, { user: body.email });
  };
  const isAllowed = ({ headers }: IncomingMessage): boolean => {
    if (data.token !== null) return headers.authorization === `Bearer ${data.token}`;
    if (data.account === null) return true;
    const session = /jwt=([^;]+)/.exec(headers.cookie ?? '')?.[1];
    return session !== undefined && sessions.has(session);
  };
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    respond(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listen) : createSecureServer(tls, listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(data, {
    url: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

const oneAgent = {
  uuid: 'agent-1',
  name: 'production',
  namespace: 'redaction',
  lastHeartBeatDate: '2026-11-22T08:59:00.000Z',
  agentInstallationDate: '2025-01-01T00:00:00.000Z',
  lastAgentVersion: '2.3.1',
  inputs: [{ password: planted[3] }],
  fernetKey: planted[0],
  webserverKey: planted[1],
  generatedAirflowDBPassword: planted[2],
};

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Answers in a way that no agent should. */
export function misbehave(response: ServerResponse, fault: AgentFault): void {
  if ('silence' in fault) return;
  if ('reset' in fault) return void response.destroy();
  if ('endless' in fault) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('[');
    const chunk = Buffer.alloc(256 * 1024, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
    return;
  }
  const status = 'status' in fault ? fault.status : 200;
  const type = 'type' in fault ? (fault.type ?? 'text/html') : 'text/html';
  response.writeHead(status, { 'content-type': type }).end(fault.text ?? '');
}

/** The JSON of a request. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text || '{}');
}
