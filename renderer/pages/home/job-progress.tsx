import { Button, Group } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job, JobStep } from '../../../electron/contract/job.ts';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';
import { useDo } from '../../store/ask.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';
import styles from './card.module.css';
import { LiveLog } from './live-log.tsx';

/** A job that runs, in place: how far it is, what it does now, how fast, its log, and a way to stop it. */
export function JobProgress({ job }: { job: Job }) {
  const [isLogOpen, setLogOpen] = useState(false);
  const cancel = useDo(() => api.jobs.cancel({ id: job.id }));
  const current = job.steps.find((step) => step.state === 'running');
  const percent = Math.floor(job.progress * 100);
  return (
    <>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={texts.progressOf(job.title)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div style={{ transform: `scaleX(${job.progress})` }} />
      </div>
      <ol className={styles.steps} aria-label={texts.steps}>
        {job.steps.map((step) => (
          <li key={step.key} data-state={step.state} aria-current={step === current ? 'step' : undefined}>
            {step.state === 'done' && <IconCheck size={14} aria-hidden />}
            <strong>{step.title}</strong>
            {step.state === 'done' && step.bytes > 0 && (
              <span className="num">{formatBytes(step.bytes)}</span>
            )}
          </li>
        ))}
        {job.etaMs !== null && (
          <li className={`${styles.time} num`}>{texts.left(formatDuration(job.etaMs))}</li>
        )}
      </ol>
      <div className={`${styles.flow} num`}>
        <span title={current?.description ?? ''}>{current?.description ?? ''}</span>
        <span>{current === undefined ? '' : flowOf(current)}</span>
      </div>
      {isLogOpen && <LiveLog id={job.id} title={job.title} />}
      {cancel.failure !== null && <Failed failure={cancel.failure} onRetry={() => void cancel.run()} />}
      <div className={styles.foot}>
        <p className={styles.note} style={{ margin: 0 }}>
          {job.state === 'queued' ? texts.waiting : texts.untouched}
        </p>
        <Group gap={8} wrap="nowrap">
          <Button aria-expanded={isLogOpen} onClick={() => setLogOpen(!isLogOpen)}>
            {texts.log}
          </Button>
          <Button loading={cancel.isBusy} onClick={() => void cancel.run()}>
            {general.cancel}
          </Button>
        </Group>
      </div>
    </>
  );
}

/** What a step has done so far, and how fast since it began. */
function flowOf({ rows, bytes, startedAt }: JobStep): string {
  const seconds = startedAt === null ? 0 : (Date.now() - Date.parse(startedAt)) / 1000;
  const parts: string[] = [];
  if (rows > 0) parts.push(texts.rows(formatCount(rows)));
  if (bytes > 0 && seconds > 0.5) parts.push(texts.perSecond(formatBytes(bytes / seconds)));
  return parts.join(' · ');
}
