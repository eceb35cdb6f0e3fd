import type { Job } from '../../../electron/contract/job.ts';
import { formatDuration } from '../../parts/format.ts';
import { amountsOf, tookMs } from '../../parts/job.ts';
import styles from './jobs.module.css';

/** The steps of a job as bars over its time. */
export function Steps({ job }: { job: Job }) {
  const begin = Date.parse(job.startedAt ?? job.createdAt);
  const end = job.endedAt === null ? Date.now() : Date.parse(job.endedAt);
  const whole = Math.max(1, end - begin);
  return (
    <div>
      {job.steps.map((step) => {
        const took = tookMs(step);
        const left = step.startedAt === null ? 0 : ((Date.parse(step.startedAt) - begin) / whole) * 100;
        const width = took === null ? 0 : (took / whole) * 100;
        return (
          <div key={step.key} className={styles.step} title={amountsOf(step)}>
            <span className={step.state === 'waiting' || step.state === 'skipped' ? 'quiet' : undefined}>
              {step.title}
            </span>
            <span className={styles.track}>
              {took !== null && (
                <span
                  className={styles.bar}
                  data-state={step.state}
                  style={{
                    left: `${Math.min(99, Math.max(0, left))}%`,
                    width: `${Math.min(100 - left, Math.max(0, width))}%`,
                  }}
                />
              )}
            </span>
            <span className="num quiet" style={{ textAlign: 'right' }}>
              {took === null ? '' : formatDuration(took)}
            </span>
          </div>
        );
      })}
    </div>
  );
}
