import type { Parts } from '../installs/parts.ts';
import { stopJob } from '../jobs/history.ts';
import { tryLock } from '../state/locks.ts';
import { ownProcess } from '../state/processes.ts';
import { rememberSecret } from '../state/redact.ts';

/** What a shell that stays and serves a page asks of the core. */
export interface ServingApp {
  /** Takes the right to serve this home's page, until it is closed; null while another living process has it. */
  holdPage(): { close(): void } | null;
  /** Keeps a secret of this run out of every log, error and bundle. */
  hideSecret(secret: string): void;
  /** Cancels the jobs that this process runs and waits until they have cleaned up: nothing is half done after it. */
  stopOwnJobs(): Promise<void>;
}

export function openServing({ core }: Parts): ServingApp {
  return {
    holdPage: () => {
      const lock = tryLock(core.state, 'page', 'Serving the page');
      return 'close' in lock ? lock : null;
    },
    hideSecret: rememberSecret,
    stopOwnJobs: async () => {
      const { pid, startedAt } = ownProcess();
      const rows = core.state.rows(
        "SELECT id FROM jobs WHERE state = 'running' AND pid = ? AND started_at = ?",
        pid,
        startedAt,
      );
      await Promise.all(rows.map((row) => stopJob(core.state, String(row.id))));
    },
  };
}
