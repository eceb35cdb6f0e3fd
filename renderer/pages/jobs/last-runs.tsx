import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import type { Job } from '../../../electron/contract/job.ts';
import { formatDuration, formatExact } from '../../parts/format.ts';
import { tookMs } from '../../parts/job.ts';
import { useAsk } from '../../store/ask.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/jobs.ts';
import { api } from '../../wire/connection.ts';
import styles from './jobs.module.css';

const most = 14;

/** How long the same work took before: a bar a run, oldest first. Nothing where there were fewer than two. */
export function LastRuns({ job }: { job: Job }) {
  const ended = useWorld(({ jobs }) =>
    jobs.reduce((count, each) => count + (isRunOf(each, job) && each.endedAt !== null ? 1 : 0), 0),
  );
  const { data } = useAsk(`${job.kind} ${job.install} ${job.id} ${ended}`, (signal) =>
    api.jobs.list(
      {
        limit: most,
        before: null,
        install: job.install,
        kinds: [job.kind],
        states: null,
        search: null,
        remote: job.remote,
        workflow: typeof job.request.workflow === 'string' ? job.request.workflow : null,
      },
      { signal },
    ),
  );
  const runs = useMemo(
    () => (data ?? []).filter((each) => each.endedAt !== null && each.startedAt !== null).toReversed(),
    [data],
  );
  if (runs.length < 2) return null;
  const longest = Math.max(...runs.map((run) => tookMs(run) ?? 0), 1);
  return (
    <>
      <h3 className={styles.heading}>{texts.lastRuns(runs.length)}</h3>
      <div className={styles.runs}>
        {runs.map((run) => {
          const took = tookMs(run) ?? 0;
          const label = `${formatDuration(took)}, ${texts.states[run.state]}, ${formatExact(run.createdAt)}`;
          return (
            <Tooltip key={run.id} label={label}>
              <span
                className={styles.run}
                data-state={run.state}
                role="img"
                aria-label={label}
                style={{ height: `${(took / longest) * 100}%` }}
              />
            </Tooltip>
          );
        })}
      </div>
    </>
  );
}

function isRunOf(each: Job, { kind, install }: Job): boolean {
  return each.kind === kind && each.install === install;
}
