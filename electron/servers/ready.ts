import { RockpoolError } from '../contract/errors.ts';
import { type Address, withSession } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { pause, type Starting } from './control.ts';
import { adminRole } from './initdb.ts';

/** What a server says of itself once it answers. */
export interface Answer {
  /** `18.4` */
  readonly version: string;
  readonly major: number;
  /** The number of the preparation that it has had (prepare.ts), 0 for none. */
  readonly prepared: number;
}

/** Asks a server over TCP with our password. SCRAM proves both sides: only our own cluster can answer. */
export async function askServer(admin: Address, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
  return await withSession(admin, { timeoutMs, signal }, async (session) => {
    const { rows } = await session.query<{ version: string; number: string; prepared: string | null }>(
      `SELECT pg_catalog.current_setting('server_version') AS version,
              pg_catalog.current_setting('server_version_num') AS number,
              pg_catalog.shobj_description(oid, 'pg_authid') AS prepared
       FROM pg_catalog.pg_roles WHERE rolname = '${adminRole}'`,
    );
    const row = rows[0];
    return {
      version: row?.version.split(' ')[0] ?? '',
      major: Math.floor(Number(row?.number) / 10_000),
      prepared: Number(/^rockpool (\d+)$/.exec(row?.prepared ?? '')?.[1] ?? 0),
    };
  });
}

export interface ReadyOptions {
  /** How long it may stay silent. */
  readonly timeoutMs?: number;
  /** How long it may say that it is starting up: after a crash it first repairs itself. */
  readonly recoveryMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a server has answered twice in a row (E4). `starting` is null where somebody else started it.
 * Throws `server_failed` with the end of its log where it ended, or was silent for too long (E13), or does not
 * take our password.
 */
export async function waitUntilReady(
  admin: Address,
  starting: Starting | null,
  { timeoutMs = 60_000, recoveryMs = 600_000, signal }: ReadyOptions = {},
): Promise<Answer> {
  const begunAt = Date.now();
  let repairing = false;
  let inARow = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await askServer(admin, Math.min(5000, timeoutMs), signal);
      inARow += 1;
      if (inARow === 2) return answer;
      continue;
    } catch (error) {
      signal?.throwIfAborted();
      inARow = 0;
      const state = sqlState(error);
      if (state === '28P01' || state === '28000') throw passwordError(admin, error);
      // cannot_connect_now: it is starting up, or still shutting down.
      repairing = state === '57P03';
      if (starting?.ended() === true) throw starting.failure('did not start');
      const waited = Date.now() - begunAt;
      if (waited > (repairing ? recoveryMs : timeoutMs)) throw await tooLate(starting, waited, error);
    }
    await pause(20);
  }
}

function passwordError(admin: Address, cause: unknown): RockpoolError {
  return new RockpoolError(
    'server_failed',
    'The server does not take the password that Rockpool has for it.',
    {
      hint: 'Was the folder of secrets lost or copied from elsewhere? Put it back, or move the cluster away and install again.',
      detail: { port: admin.port, user: admin.user },
      cause,
    },
  );
}

async function tooLate(starting: Starting | null, waitedMs: number, cause: unknown): Promise<RockpoolError> {
  const seconds = Math.round(waitedMs / 1000);
  if (starting !== null) {
    const error = starting.failure(`did not answer within ${seconds} s`);
    await starting.abandon();
    return error;
  }
  return new RockpoolError('server_failed', `The server runs but did not answer within ${seconds} s.`, {
    hint: 'Stop it with rockpool server stop and start it again.',
    detail: { waitedMs },
    cause,
  });
}
