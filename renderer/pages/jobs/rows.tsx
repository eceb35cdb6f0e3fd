import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Job } from '../../../electron/contract/job.ts';
import { Ago } from '../../parts/ago.tsx';
import { formatDuration } from '../../parts/format.ts';
import { amountsOf, dotOf, stepOf, tookMs } from '../../parts/job.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { texts } from '../../texts/jobs.ts';
import styles from './jobs.module.css';
import type { JobList } from './list.ts';

const rowHeight = 52;

interface Props {
  readonly list: JobList;
  readonly chosen: string | null;
  onChoose(id: string): void;
}

/** The history as rows, as many as there are; arrows go from one to the next. */
export function JobRows({ list, chosen, onChoose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: list.jobs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= list.jobs.length - 20) list.more();
  }, [last, list]);
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = list.jobs.findIndex((job) => job.id === chosen) + step;
    const next = list.jobs[at];
    if (next === undefined) return;
    rows.scrollToIndex(at);
    onChoose(next.id);
    requestAnimationFrame(() => document.getElementById(`job-${next.id}`)?.focus());
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move among the buttons inside, which Tab reaches too
    <div ref={scroller} className={styles.list} onKeyDown={onKey}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => {
          const job = list.jobs[index];
          return job === undefined ? null : (
            <JobRow key={job.id} job={job} top={start} isChosen={job.id === chosen} onChoose={onChoose} />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly job: Job;
  readonly top: number;
  readonly isChosen: boolean;
  onChoose(id: string): void;
}

function JobRow({ job, top, isChosen, onChoose }: RowProps) {
  const took = tookMs(job);
  const step = stepOf(job);
  const isRunning = job.state === 'running';
  return (
    <button
      type="button"
      id={`job-${job.id}`}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      aria-current={isChosen}
      onClick={() => onChoose(job.id)}
    >
      <StateDot state={dotOf(job)} />
      <span>
        <div className={styles.title} title={job.title}>
          {job.title}
        </div>
        <div className={styles.line} data-bad={job.error === null ? undefined : true}>
          {job.error?.message ?? (step === undefined ? texts.states[job.state] : lineOf(job, step))}
        </div>
      </span>
      <span className={`${styles.time} num`}>
        {isRunning ? `${Math.floor(job.progress * 100)} %` : took === null ? '' : formatDuration(took)}
      </span>
      <span className={styles.time}>
        <Ago at={job.endedAt ?? job.createdAt} />
      </span>
    </button>
  );
}

function lineOf(job: Job, step: Job['steps'][number]): string {
  if (job.state === 'cancelled' || job.state === 'interrupted') return texts.states[job.state];
  if (job.state === 'succeeded') {
    const moved = job.steps.map(amountsOf).findLast((amounts) => amounts !== '');
    if (moved !== undefined) return moved;
  }
  return [step.title, step.description ?? '', amountsOf(step)].filter((part) => part !== '').join(' · ');
}
