import { RockpoolError } from '../contract/errors.ts';
import { isUntrusted } from '../state/authority.ts';

const forwardHint =
  'If it is reached through kubectl port-forward, see that this is still running. Check host and port, and the VPN.';

const connectionFailures: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'its name could not be looked up',
  ENETUNREACH: 'there is no way to its network',
  EHOSTUNREACH: 'there is no way to its host',
  ETIMEDOUT: 'it does not answer to a connection',
  ECONNRESET: 'it closes the connection',
  EPIPE: 'it closes the connection',
};

/** Says a failure of the connection to an agent. */
export function connectionError(error: unknown, url: string): RockpoolError {
  const { host } = new URL(url);
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? 'unknown');
  const detail = { host, errno: code };
  if (isUntrusted(code)) {
    return new RockpoolError(
      'agent_unreachable',
      `${host} cannot be reached safely: its certificate is not trusted on this machine.`,
      { hint: 'If it belongs to your company, give its certificate authority with --ca FILE.', detail },
    );
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return new RockpoolError('agent_unreachable', `${host} does not speak TLS, or none that is known.`, {
      hint: 'Try the address with http:// in place of https://.',
      detail,
    });
  }
  if (code.startsWith('HPE_')) {
    return new RockpoolError('agent_invalid', `${host} does not speak HTTP.`, { hint: forwardHint, detail });
  }
  const how = connectionFailures[code];
  return new RockpoolError(
    'agent_unreachable',
    `${host} cannot be reached${how === undefined ? '' : `: ${how}`}.`,
    { hint: forwardHint, detail },
  );
}

/** Says that an agent takes longer than it may. */
export function tooSlow(url: string, timeoutMs: number): RockpoolError {
  const { host } = new URL(url);
  return new RockpoolError(
    'agent_unreachable',
    `${host} took a request and did not answer within ${Math.round(timeoutMs / 1000)} s.`,
    { hint: forwardHint, detail: { host, timeoutMs } },
  );
}

/** Says that what answers is no agent, or speaks in a way that is not known. */
export function notAnAgent(url: string, because: string): RockpoolError {
  const { host, pathname } = new URL(url);
  return new RockpoolError(
    'agent_invalid',
    `What answers at ${host} does not speak as an agent does: ${because}.`,
    {
      hint: 'Something else may answer there, such as a sign-in page. Check host, port and path of the agent.',
      detail: { host, path: pathname.slice(0, 200) },
    },
  );
}

/** Says an answer whose status is no success. */
export function statusError(url: string, status: number): RockpoolError {
  const { host, pathname } = new URL(url);
  const detail = { host, path: pathname.slice(0, 200), status };
  if (status === 401 || status === 403 || status === 407) {
    return new RockpoolError('agent_denied', `${host} refuses access (status ${status}).`, {
      hint: 'Add it again with a user and --password-stdin, or with --token-stdin.',
      detail,
    });
  }
  if (status >= 300 && status < 400) {
    return notAnAgent(url, 'it sends its callers on to another place');
  }
  if (status === 404) return notAnAgent(url, `it has no ${pathname.slice(0, 200)}`);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new RockpoolError('agent_unreachable', `${host} is not able to answer now (status ${status}).`, {
      hint: 'Try again in a while; if it stays so, ask those who run the agent.',
      detail,
    });
  }
  return new RockpoolError('agent_invalid', `${host} refused the request (status ${status}).`, {
    hint: 'The agent may be of a version that is not known: ask those who run it.',
    detail,
  });
}
