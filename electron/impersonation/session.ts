import { randomBytes } from 'node:crypto';
import type { RunningJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { type Session, withSession } from '../sql/connect.ts';
import type { AdminSession } from '../sql/databases.ts';
import { removeRole } from '../sql/drop-role.ts';
import { quoteName } from '../sql/quote.ts';
import { createJobRole, endRoleSessions } from '../sql/roles.ts';

/** The live that is worked in. Database and user are called as the install. */
export interface Live {
  readonly server: RunningServer;
  readonly name: string;
  /** The role that owns everything in it. */
  readonly owner: string;
}

const roleLifeMs = 3600 * 1000;
/** No recipe changes more than a few rows: whatever takes longer hangs. */
const deadlineMs = 60_000;
const stubbornAfterMs = 2000;

// Texts of values must mean the same whenever they are read again. An open transaction of somebody else's is not
// waited for: who holds it is to hear of it soon.
const settings: readonly (readonly [string, string])[] = [
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['TimeZone', 'UTC'],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  ['xmloption', 'content'],
  ['client_min_messages', 'error'],
  ['lock_timeout', '3s'],
  ['statement_timeout', '30s'],
  ['idle_in_transaction_session_timeout', '60s'],
];

/**
 * Runs `work` in a session in the live of a role that exists for this job alone and may do what the owner may, no more.
 * What the dataset's own triggers do there they do as this role. The session ends after a minute whatever it does.
 */
export async function withLiveRole<T>(
  admin: AdminSession,
  job: RunningJob,
  live: Live,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { server, name, owner } = live;
  const role = `rp_job_${job.id}`;
  const password = randomBytes(24).toString('base64url');
  const leftover = job.willMake('role', { server: server.name, name: role });
  await admin.query('BEGIN');
  await createJobRole(admin, {
    name: role,
    owner,
    password,
    connections: 2,
    validUntil: new Date(Date.now() + roleLifeMs),
    tempBytes: 256 * 1024 ** 2,
  });
  // No membership in the user's role, by which code of the dataset could become it and change its password.
  await admin.query(`GRANT CONNECT ON DATABASE ${quoteName(name)} TO ${quoteName(role)}`);
  await admin.query('COMMIT');
  const end = (): void =>
    void withSession(server.admin, {}, (own) => endRoleSessions(own, role)).catch(() => {});
  const timer = setTimeout(end, deadlineMs);
  let stubborn: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    stubborn = setTimeout(end, stubbornAfterMs);
  };
  job.signal.addEventListener('abort', onAbort);
  try {
    const address = server.address(role, password, name);
    return await withSession(address, { settings, signal: job.signal }, work);
  } finally {
    clearTimeout(timer);
    clearTimeout(stubborn);
    job.signal.removeEventListener('abort', onAbort);
    try {
      await endRoleSessions(admin, role);
      const goes = `REVOKE CONNECT ON DATABASE ${quoteName(name)} FROM ${quoteName(role)}; DROP ROLE ${quoteName(role)}`;
      // Code of the dataset can make things in the role's own name (RESET ROLE): they go to the owner.
      await admin.query(goes).catch(() => removeRole(server.admin, admin, role, owner));
      job.settle(leftover);
    } catch {
      // What was done is done: the role is on the list of what is to be cleaned, and may do nothing until then.
      job.log('warn', 'The role of this job could not be removed yet: it is tried again');
    }
  }
}
