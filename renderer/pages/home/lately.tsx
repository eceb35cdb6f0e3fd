import { IconCheck, IconLoader2, IconMinus, IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Job } from '../../../electron/contract/job.ts';
import { Ago } from '../../parts/ago.tsx';
import { formatDuration } from '../../parts/format.ts';
import { amountsOf, tookMs } from '../../parts/job.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/home.ts';
import styles from './home.module.css';

const mostShown = 6;
const quietKinds = new Set(['spare', 'preview']);

/** What was done last, newest first; each leads to its job. */
export function Lately() {
  const all = useWorld((world) => world.jobs);
  const jobs = all.filter((job) => job.endedAt !== null && !quietKinds.has(job.kind)).slice(0, mostShown);
  if (jobs.length === 0) return null;
  return (
    <>
      <div className={styles.lead}>
        <h2>{texts.lately}</h2>
        <Link href="/jobs">{texts.allJobs}</Link>
      </div>
      <ul className={styles.table} aria-label={texts.lately}>
        {jobs.map((job) => (
          <li key={job.id}>
            <Row job={job} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Row({ job }: { job: Job }) {
  const took = tookMs(job);
  return (
    <Link href={`/jobs/${job.id}`} className={styles.row} data-state={job.state}>
      <Outcome job={job} />
      <span className={styles.cut} title={job.title}>
        {job.title}
      </span>
      <span className={`${styles.cut} quiet`} title={outcomeOf(job)}>
        {outcomeOf(job)}
      </span>
      <span className={`${styles.right} num quiet`}>{took === null ? '' : formatDuration(took)}</span>
      <span className={`${styles.right} quiet`}>
        <Ago at={job.endedAt ?? job.createdAt} />
      </span>
    </Link>
  );
}

function Outcome({ job }: { job: Job }) {
  const size = { size: 15, 'aria-hidden': true } as const;
  if (job.state === 'succeeded') return <IconCheck {...size} />;
  if (job.state === 'cancelled') return <IconMinus {...size} />;
  return job.state === 'running' ? <IconLoader2 {...size} /> : <IconX {...size} />;
}

function outcomeOf(job: Job): string {
  if (job.error !== null && job.state === 'failed') return job.error.message;
  if (job.state === 'cancelled') return texts.cancelled;
  if (job.state === 'interrupted') return texts.interrupted;
  const moved = job.steps.map(amountsOf).filter((amounts) => amounts !== '');
  return moved.at(-1) ?? '';
}
