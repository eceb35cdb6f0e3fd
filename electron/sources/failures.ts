import { type ErrorDetail, isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { isUntrusted } from '../state/authority.ts';

const forwardHint =
  'If it is reached through kubectl port-forward, see that this is still running. Check host and port of the source.';

/** What the connection reported, by code: the sentence's end and what to do about it. */
const connectionFailures: Record<string, { how: string; hint: string }> = {
  ECONNREFUSED: { how: 'nothing listens there', hint: forwardHint },
  ENOTFOUND: {
    how: 'there is no host of this name',
    hint: 'Check the name for a typing mistake, and whether a VPN has to be on.',
  },
  EAI_AGAIN: { how: 'its name could not be looked up', hint: 'Check the network connection and the VPN.' },
  ENETUNREACH: { how: 'there is no way to its network', hint: 'Check the network connection and the VPN.' },
  EHOSTUNREACH: { how: 'there is no way to its host', hint: 'Check the network connection and the VPN.' },
  ETIMEDOUT: {
    how: 'it does not answer to a connection',
    hint: 'A firewall or a VPN that is off may be in the way.',
  },
  ECONNRESET: { how: 'it closes the connection', hint: forwardHint },
};

const aliases: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_SOCKET: 'ECONNRESET',
  EPIPE: 'ECONNRESET',
};

/** Says a failure of `fetch` before an answer had come. Errors of ours pass as they are. */
export function connectionError(error: unknown, url: string): unknown {
  if (isRockpoolError(error)) return error;
  const host = new URL(url).host;
  const found = codeOf(error);
  const code = aliases[found] ?? found;
  const more = (hint: string) => ({ hint, detail: { host, errno: found }, cause: error });
  const known = connectionFailures[code];
  if (known !== undefined) {
    return new RockpoolError(
      'source_unreachable',
      `${host} cannot be reached: ${known.how}.`,
      more(known.hint),
    );
  }
  if (isUntrusted(code)) {
    return new RockpoolError(
      'source_unreachable',
      `${host} cannot be reached safely: its certificate is not trusted on this machine.`,
      more('If it belongs to your company, name its certificate authority in NODE_EXTRA_CA_CERTS.'),
    );
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return new RockpoolError(
      'source_unreachable',
      `${host} does not speak TLS, or none that is known.`,
      more('Try the address with http:// in place of https://.'),
    );
  }
  // `fetch` refuses ports of other services, with this message alone to tell it.
  if (causeOf(error)?.message === 'bad port') {
    return new RockpoolError(
      'source_invalid',
      `${host} has a port that no HTTP client may use.`,
      more('Reach the file store by another port, for example: kubectl port-forward … 3000:PORT'),
    );
  }
  if (code.startsWith('HPE_') || causeOf(error)?.name === 'HTTPParserError') {
    return new RockpoolError('source_invalid', `${host} does not speak HTTP.`, more(forwardHint));
  }
  return new RockpoolError('source_unreachable', `${host} cannot be reached.`, more(forwardHint));
}

/** Says a failure in the middle of an answer's body. */
export function bodyError(error: unknown, url: string): unknown {
  if (isRockpoolError(error)) return error;
  const host = new URL(url).host;
  return new RockpoolError('pull_incomplete', `${host} cut the connection in the middle of a file.`, {
    hint: forwardHint,
    detail: { host, errno: codeOf(error) },
    cause: error,
  });
}

/** Says an answer whose status is not 200. */
export function statusError(response: Response, url: string): RockpoolError {
  const { status } = response;
  const host = new URL(url).host;
  const detail: ErrorDetail = { host, status };
  if (status >= 300 && status < 400) {
    const to = redirectHost(response, url);
    return new RockpoolError('source_invalid', `${host} sends its callers on to ${to}.`, {
      hint: 'File stores never do: something else answers there, such as a sign-in page.',
      detail: { ...detail, to },
    });
  }
  if (status === 401 || status === 403 || status === 407) {
    return new RockpoolError('source_denied', `${host} refuses access (status ${status}).`, {
      hint: 'File stores ask for no password: a proxy or gateway in front of it does. Reach it by another way.',
      detail,
    });
  }
  if (isPassing(status)) {
    return new RockpoolError('source_unreachable', `${host} is not able to answer now (status ${status}).`, {
      hint: 'Try again in a while; if it stays so, ask those who run the agent.',
      detail,
    });
  }
  if (status === 400) {
    return new RockpoolError('source_invalid', `The file store at ${host} failed inside (status 400).`, {
      hint: 'Its own log says why: ask those who run the agent.',
      detail,
    });
  }
  return new RockpoolError(
    'source_invalid',
    `${host} gave an answer that no file store gives (status ${status}).`,
    {
      hint: 'Check host, port and path of the source.',
      detail,
    },
  );
}

/** Says that no byte came for too long. */
export function noAnswer(url: string, idleTimeoutMs: number, begun: boolean): RockpoolError {
  const host = new URL(url).host;
  const seconds = Math.round(idleTimeoutMs / 1000);
  return new RockpoolError(
    begun ? 'pull_stalled' : 'source_unreachable',
    begun
      ? `${host} sent no bytes for ${seconds} s.`
      : `${host} took a request and gave no answer for ${seconds} s.`,
    { hint: forwardHint, detail: { host, idleTimeoutMs } },
  );
}

/** Says that what answers is no file store. */
export function notAFileStore(url: string, because: string): RockpoolError {
  const host = new URL(url).host;
  return new RockpoolError('source_invalid', `What answers at ${host} is no file store: ${because}.`, {
    hint: 'Something else answers there, such as a sign-in page. Check host and port, or sign in first.',
    detail: { host },
  });
}

/** True for failures of a request that may pass by themselves in a second or two. */
export function mayPass(error: unknown): boolean {
  if (isRockpoolError(error, 'pull_incomplete')) return true;
  if (!isRockpoolError(error, 'source_unreachable')) return false;
  const { status, errno } = error.detail ?? {};
  return typeof status === 'number' || errno === 'ECONNRESET' || errno === 'UND_ERR_SOCKET';
}

function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function redirectHost(response: Response, url: string): string {
  const location = response.headers.get('location');
  return location !== null && URL.canParse(location, url) ? new URL(location, url).host : 'another place';
}

function causeOf(error: unknown): Error | null {
  return error instanceof Error && error.cause instanceof Error ? error.cause : null;
}

function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && code !== '') return code;
  }
  return 'unknown';
}
