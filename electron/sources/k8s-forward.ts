import { type ChildProcess, spawn } from 'node:child_process';
import { RockpoolError } from '../contract/errors.ts';
import { redact } from '../state/redact.ts';
import type { ClusterAddress } from './k8s-address.ts';

/** A way to a service of a cluster that is open as long as it is used, and a while longer. */
export interface Forward {
  /** `http://127.0.0.1:PORT` of the way that is open now. */
  readonly url: string;
  /** Keeps it open until what it returns is called. */
  use(): () => void;
  /** Why it is no longer open, null while it is. */
  failure(): RockpoolError | null;
}

export interface ForwardOptions {
  /** How long a way stays open that nobody uses: 20 s. */
  readonly idleMs?: number;
  /** How long kubectl may take to open one: 30 s. */
  readonly openMs?: number;
}

// What kubectl and the helpers that it logs in with need; nothing else of the environment is theirs.
const handedOn = [
  'PATH', 'HOME', 'USER', 'KUBECONFIG', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'SystemRoot', 'ComSpec', 'PATHEXT',
  'TMPDIR', 'TEMP', 'LANG', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy',
  'AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE',
  'CLOUDSDK_CONFIG', 'GOOGLE_APPLICATION_CREDENTIALS', 'AZURE_CONFIG_DIR',
]; // biome-ignore format: names in lines
const longestSaidChars = 8000;

const open = new Map<string, Promise<Forward>>();

/** The open way to a service, or a new one. Throws `source_unreachable` with what kubectl says. */
export async function openForward(
  address: ClusterAddress,
  options: ForwardOptions = {},
  signal?: AbortSignal,
): Promise<Forward> {
  const { context, namespace, service, port } = address;
  const key = JSON.stringify([context, namespace, service, port]);
  const present = await open.get(key)?.catch(() => null);
  if (present != null && present.failure() === null) return present;
  signal?.throwIfAborted();
  const opening = startForward(address, options, () => open.delete(key), signal);
  open.set(key, opening);
  opening.catch(() => open.delete(key));
  return opening;
}

function startForward(
  { context, namespace, service, port }: ClusterAddress,
  { idleMs = 20_000, openMs = 30_000 }: ForwardOptions,
  onEnd: () => void,
  signal?: AbortSignal,
): Promise<Forward> {
  const where = `${namespace}/${service}`;
  const child = spawn(
    'kubectl',
    [
      `--context=${context}`,
      `--namespace=${namespace}`,
      'port-forward',
      '--address=127.0.0.1',
      `service/${service}`,
      `:${port}`,
    ],
    { env: environment(), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true },
  );
  let said = '';
  let failure: RockpoolError | null = null;
  let users = 0;
  let idle: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill();
  };
  process.once('exit', stop);
  return new Promise((resolve, reject) => {
    const end = (error: RockpoolError): void => {
      failure ??= error;
      clearTimeout(slow);
      clearTimeout(idle);
      signal?.removeEventListener('abort', onAbort);
      process.off('exit', stop);
      stop();
      onEnd();
      reject(failure);
    };
    const onAbort = (): void => {
      reject(signal?.reason);
      end(gone(where, ''));
    };
    const slow = setTimeout(() => end(tooSlow(where, openMs, said)), openMs);
    signal?.addEventListener('abort', onAbort);
    const rest = (): void => {
      idle = setTimeout(() => end(gone(where, '')), idleMs);
      idle.unref();
    };
    child.on('error', (error) => end(notStarted(error, where)));
    child.on('close', (code) => end(isRefusal(said) ? refused(where, said) : gone(where, said, code)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-longestSaidChars);
    });
    let heard = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard = (heard + text).slice(-longestSaidChars);
      const found = /Forwarding from 127\.0\.0\.1:(\d+) ->/.exec(heard)?.[1];
      if (found === undefined || failure !== null) return;
      clearTimeout(slow);
      signal?.removeEventListener('abort', onAbort);
      release(child);
      if (idle === undefined && users === 0) rest();
      resolve({
        url: `http://127.0.0.1:${found}`,
        failure: () => failure,
        use: () => {
          clearTimeout(idle);
          users += 1;
          let isUsed = true;
          return () => {
            if (!isUsed) return;
            isUsed = false;
            users -= 1;
            if (users === 0 && failure === null) rest();
          };
        },
      });
    });
  });
}

// A command that has its answer is not kept from ending by a way that is still open.
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr])
    (stream as unknown as { unref?(): void } | null)?.unref?.();
}

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    handedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function notStarted(error: Error, where: string): RockpoolError {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new RockpoolError(
    'source_unreachable',
    isMissing
      ? `${where} is reached through kubectl, and there is no kubectl on this machine.`
      : `${where} is reached through kubectl, which did not start.`,
    {
      hint: 'Install kubectl so that it is found on PATH, or forward the port yourself and add its http:// address.',
      detail: { where, errno: (error as NodeJS.ErrnoException).code ?? null },
    },
  );
}

function isRefusal(said: string): boolean {
  return /not found|does not exist|forbidden|unauthorized|no context|must be logged in/i.test(said);
}

function refused(where: string, said: string): RockpoolError {
  const isDenied = /forbidden|unauthorized|must be logged in/i.test(said);
  return new RockpoolError(
    isDenied ? 'source_denied' : 'source_unreachable',
    `kubectl does not reach ${where}: ${lastLine(said)}`,
    {
      hint: isDenied
        ? 'Log in to the cluster, or ask for the right to forward ports in this namespace.'
        : 'Check context, namespace and service: kubectl config get-contexts, kubectl get services.',
      detail: { where },
    },
  );
}

function tooSlow(where: string, openMs: number, said: string): RockpoolError {
  const why = said.trim() === '' ? '' : ` It says: ${lastLine(said)}`;
  return new RockpoolError(
    'source_unreachable',
    `kubectl has not opened a way to ${where} within ${Math.round(openMs / 1000)} s.${why}`,
    {
      hint: 'Check that the cluster answers: kubectl get services. A VPN may have to be on.',
      detail: { where, openMs },
    },
  );
}

function gone(where: string, said: string, code: number | null = null): RockpoolError {
  const why = said.trim() === '' ? 'it ended without a word.' : lastLine(said);
  return new RockpoolError('source_unreachable', `kubectl's way to ${where} has closed: ${why}`, {
    hint: 'The pod behind it may have been replaced: try again.',
    detail: { where, exitCode: code },
  });
}

function lastLine(said: string): string {
  const line = said.trim().split('\n').at(-1) ?? '';
  return `${redact(line).slice(0, 300).replace(/\.$/, '')}.`;
}
