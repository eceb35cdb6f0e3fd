import { totalmem } from 'node:os';
import { type Address, type ConnectOptions, withSession } from '../sql/connect.ts';
import { endRoleSessions } from '../sql/roles.ts';
import type { Build } from './build.ts';
import { Crew } from './crew.ts';

/** How a crew works in a database that is being built. */
export interface CrewWish {
  readonly connections: number;
  /** How long one statement of the archive may take; ten minutes without it. */
  readonly deadlineMs?: number | undefined;
  /** Hears of settings of scripts that the server refuses. */
  readonly onSettingProblem?: (name: string) => void;
}

/** How long one statement of an archive may take. */
export const defaultDeadlineMs = 10 * 60 * 1000;

/** Opens the sessions in which the role of a job builds. Once the signal has aborted they are ended, whatever they do. */
export async function openCrew(
  admin: Address,
  build: Build,
  { connections, deadlineMs = defaultDeadlineMs, onSettingProblem = () => {} }: CrewWish,
  signal: AbortSignal,
): Promise<Crew> {
  return Crew.open({
    address: build.address,
    sessions: connections,
    settings: jobSettings(connections),
    context: { admin, deadlineMs, onSettingProblem },
    signal,
    endAll: () => withSession(admin, {}, (own) => endRoleSessions(own, build.role)),
  });
}

// Commits need not wait for the disk in a database that is thrown away if anything fails; a checkpoint follows before
// it is copied. Sorting memory is bounded by what the machine has.
export function jobSettings(connections: number): NonNullable<ConnectOptions['settings']> {
  const share = Math.floor(totalmem() / 8 / connections / 1024 ** 2);
  return [
    ['search_path', ''],
    ['synchronous_commit', 'off'],
    ['maintenance_work_mem', `${Math.min(1024, Math.max(64, share))}MB`],
    ['client_min_messages', 'error'],
    ['statement_timeout', '0'],
    ['lock_timeout', '0'],
    ['idle_in_transaction_session_timeout', '0'],
    ['standard_conforming_strings', 'on'],
    ['DateStyle', 'ISO, MDY'],
  ];
}
