import type { Job, JobStep } from '../../contract/job.ts';
import { formatBytes, formatCount, formatDuration, onOneLine } from './output.ts';

/** Shows a job while it runs, on stderr: one line that is drawn anew on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  show(job: Job): void;
  /** Leaves the cursor on a line of its own. */
  close(): void;
}

interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export function openProgress(screen: Screen = process.stderr): ProgressDisplay {
  return screen.isTTY === true ? terminalLine(screen) : plainLines(screen);
}

function terminalLine(screen: Screen): ProgressDisplay {
  let drawn = false;
  const clear = () => {
    if (drawn) screen.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    show: (job) => {
      clear();
      const step = runningStep(job);
      if (step === undefined) return;
      screen.write(onOneLine(line(job, step)).slice(0, (screen.columns ?? 80) - 1));
      drawn = true;
    },
    close: clear,
  };
}

function plainLines(screen: Screen): ProgressDisplay {
  const said = new Map<string, string>();
  return {
    show: (job) => {
      for (const step of job.steps) {
        const before = said.get(step.key);
        if (before === step.state) continue;
        said.set(step.key, step.state);
        const text = stateLine(step);
        if (text !== null) screen.write(`${onOneLine(text)}\n`);
      }
    },
    close: () => {},
  };
}

function stateLine(step: JobStep): string | null {
  if (step.state === 'running') return `${step.title} …`;
  if (step.state === 'failed') return `${step.title}: failed`;
  if (step.state !== 'done') return null;
  const took = Date.parse(step.endedAt ?? '') - Date.parse(step.startedAt ?? '');
  return `${step.title}: done${amounts(step)} in ${formatDuration(Number.isNaN(took) ? 0 : took)}`;
}

function amounts(step: JobStep): string {
  const parts = [
    step.rows > 0 ? `${formatCount(step.rows)} rows` : '',
    step.bytes > 0 ? formatBytes(step.bytes) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

function runningStep(job: Job): JobStep | undefined {
  return job.steps.find((step) => step.state === 'running');
}

const barWidth = 20;

function line(job: Job, step: JobStep): string {
  const filled = Math.round(job.progress * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const percent = `${Math.floor(job.progress * 100)}`.padStart(3);
  const left = job.etaMs === null ? '' : ` · ${formatDuration(job.etaMs)} left`;
  const about = step.description === null ? '' : ` ${step.description}`;
  return `${bar} ${percent} %  ${step.title}${about}${amounts(step)}${left}`;
}
