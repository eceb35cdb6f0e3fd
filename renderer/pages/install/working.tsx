import { Link } from 'wouter';
import type { Job } from '../../../electron/contract/job.ts';
import { stepOf } from '../../parts/job.ts';
import { texts } from '../../texts/home.ts';
import styles from './install.module.css';

/** The work on an install, as a line across its page: how far it is, and the way to all of it. */
export function Working({ job }: { job: Job }) {
  const step = stepOf(job);
  const percent = Math.floor(job.progress * 100);
  return (
    <Link href={`/jobs/${job.id}`} className={styles.working}>
      <span
        className={styles.progress}
        role="progressbar"
        aria-label={texts.progressOf(job.title)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span style={{ transform: `scaleX(${job.progress})` }} />
      </span>
      <span className={`${styles.workingText} num`}>
        {[job.title, step?.title ?? '', `${percent} %`].filter((part) => part !== '').join(' · ')}
      </span>
    </Link>
  );
}
