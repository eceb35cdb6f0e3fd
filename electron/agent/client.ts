import type { AgentRecord } from '../contract/agent.ts';
import { rememberSecret } from '../state/redact.ts';
import { type Answer, exchange, type Limits, readJson } from './exchange.ts';
import { statusError } from './failures.ts';

/** The agent's API, with whatever it wants to be shown. */
export interface AgentClient {
  /** The JSON of an answer, unparsed. Throws `agent_unreachable`, `agent_denied` or `agent_invalid`. */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  put(path: string, signal?: AbortSignal): Promise<void>;
}

/**
 * Speaks to an agent. A user is logged in when the agent first refuses, since the open edition has no log-in; cookies stay
 * in memory.
 */
export function openClient(agent: AgentRecord, secret: string | null, limits?: Partial<Limits>): AgentClient {
  const { url, ca, user, auth } = agent;
  let cookie: string | null = null;

  const send = (method: 'GET' | 'PUT', path: string, signal?: AbortSignal): Promise<Answer> =>
    exchange({
      method,
      url: `${url}${path}`,
      ca,
      limits,
      signal,
      headers: {
        ...(auth === 'token' && secret !== null && { authorization: `Bearer ${secret}` }),
        ...(cookie !== null && { cookie }),
      },
    });

  const logIn = async (signal?: AbortSignal): Promise<void> => {
    const at = `${url}/users/login`;
    const body = { email: user, username: user, password: secret };
    const answer = await exchange({ method: 'POST', url: at, body, ca, limits, signal });
    if (answer.status < 200 || answer.status > 299) throw statusError(at, answer.status);
    const pairs = answer.cookies.map((line) => line.split(';', 1)[0] ?? '');
    for (const pair of pairs) rememberSecret(pair.slice(pair.indexOf('=') + 1));
    cookie = pairs.join('; ');
  };

  const ask = async (method: 'GET' | 'PUT', path: string, signal?: AbortSignal): Promise<string> => {
    let answer = await send(method, path, signal);
    const isRefused = answer.status === 401 || answer.status === 403;
    if (isRefused && auth === 'password' && secret !== null) {
      await logIn(signal);
      answer = await send(method, path, signal);
    }
    if (answer.status < 200 || answer.status > 299) throw statusError(`${url}${path}`, answer.status);
    return answer.text;
  };

  return {
    get: async (path, signal) => readJson(await ask('GET', path, signal), `${url}${path}`),
    put: async (path, signal) => {
      await ask('PUT', path, signal);
    },
  };
}
