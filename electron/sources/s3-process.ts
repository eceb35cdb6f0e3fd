import { spawn } from 'node:child_process';
import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import type { AwsCredentials } from './s3-credentials.ts';

const maxOutputBytes = 1024 * 1024;

// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html
const Output = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().optional(),
  Expiration: z.string().optional(),
});

/**
 * Runs the credential_process of a profile in a shell, as AWS's own tools do, and reads what it prints. The SDK would
 * wait for it without end, and so would the process at its exit. Throws `source_denied` where it fails or prints
 * something else, `timeout` where it takes longer than `timeoutMs`; it and what it started are ended then.
 */
export async function runCredentialProcess(
  profile: string,
  command: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<AwsCredentials> {
  const { code, output } = await run(profile, command, timeoutMs, signal);
  if (code !== 0) throw failed(profile, `ended with exit code ${code ?? 'unknown'}`);
  const parsed = Output.safeParse(readJson(output));
  if (!parsed.success) throw failed(profile, 'does not print credentials as AWS describes them');
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = parsed.data;
  const expiration = Expiration === undefined ? undefined : new Date(Expiration);
  if (expiration !== undefined && !(expiration.getTime() > Date.now())) {
    throw failed(profile, 'gives credentials that have expired');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
    ...(expiration && { expiration }),
  };
}

function run(
  profile: string,
  command: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  const isWindows = process.platform === 'win32';
  // A group of its own, so that what the shell starts ends with it.
  const child = spawn(command, {
    shell: true,
    detached: !isWindows,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stop = (reason: unknown): void => {
    try {
      if (isWindows || child.pid === undefined) child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    child.stdout.destroy();
    reject(reason);
  };
  const abort = () => stop(signal?.reason);
  const timer = setTimeout(() => stop(late(profile, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.length > maxOutputBytes) stop(failed(profile, 'prints far too much'));
  });
  child.on('error', () => reject(failed(profile, 'cannot be started')));
  child.on('close', (code) => resolve({ code, output }));
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

// What JSON.parse throws quotes the text, which holds a secret.
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(profile: string, how: string): RockpoolError {
  return new RockpoolError('source_denied', `The credential_process of the AWS profile ${profile} ${how}.`, {
    hint: `Run the command behind credential_process in the AWS configuration by itself to see what is wrong.`,
    detail: { profile },
  });
}

function late(profile: string, timeoutMs: number): RockpoolError {
  const seconds = Math.round(timeoutMs / 1000);
  return new RockpoolError(
    'timeout',
    `The credential_process of the AWS profile ${profile} gave nothing within ${seconds} s and was ended.`,
    {
      hint: 'It may wait for input that it cannot get here: run its command by itself once, then try again.',
      detail: { profile, timeoutMs },
    },
  );
}
