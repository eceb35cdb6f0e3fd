import { Button, Group } from '@mantine/core';
import type { Job } from '../../../electron/contract/job.ts';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { dotOf } from '../../parts/job.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { jobCommand } from '../../store/command.ts';
import { dismissJob } from '../../store/dismissed.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';
import styles from './card.module.css';
import { JobProgress } from './job-progress.tsx';
import { PruneOffer } from './prune-offer.tsx';

/** An install on its way, or one that did not arrive and can be tried again. */
export function ArrivingCard({ job }: { job: Job }) {
  const retry = useDo(() => api.jobs.retry({ id: job.id }));
  const name = job.install ?? '';
  const command = jobCommand(job);
  const isGoing = job.state === 'running' || job.state === 'queued';
  const failure = retry.failure ?? job.error;
  return (
    <article className={styles.card} aria-labelledby={`arriving-${name}`}>
      <div className={styles.head}>
        <StateDot state={dotOf(job)} />
        <span className={styles.name} id={`arriving-${name}`}>
          {name}
        </span>
        <span className={styles.origin}>
          <span className={styles.dataset} title={datasetOf(job)}>
            {datasetOf(job)}
          </span>
        </span>
        {command !== null && (
          <div style={{ marginLeft: 'auto' }}>
            <CopyCommand command={command} />
          </div>
        )}
      </div>
      {isGoing ? (
        <JobProgress job={job} />
      ) : (
        <>
          {failure !== null && <Failed failure={failure} />}
          {failure !== null && <PruneOffer code={failure.code} />}
          <div className={styles.foot}>
            <p className={styles.note} style={{ margin: 0 }}>
              {texts.notInstalled(name)}
            </p>
            <Group gap={8} wrap="nowrap">
              <Button onClick={() => dismissJob(job.id)}>{texts.dismiss}</Button>
              <Button variant="filled" loading={retry.isBusy} onClick={() => void retry.run()}>
                {general.retry}
              </Button>
            </Group>
          </div>
        </>
      )}
    </article>
  );
}

function datasetOf({ request }: Job): string {
  const asked = request.asked as { dataset?: unknown } | null | undefined;
  return typeof asked?.dataset === 'string' ? asked.dataset : '';
}
