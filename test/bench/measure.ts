import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Home } from '../support/home.ts';
import { startRockpool } from '../support/rockpool.ts';

/** One figure over several runs. */
export interface Figure {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

export interface Run {
  readonly ms: number;
  /** Peak of the process's resident memory, null where the system does not tell. */
  readonly peakBytes: number | null;
  readonly stdout: string;
}

/** Runs one command as a whole process and measures it from outside. */
export async function measureCommand(home: Pick<Home, 'environment'>, ...args: string[]): Promise<Run> {
  const startedAt = performance.now();
  const child = startRockpool(home, ...args);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.resume();
  let peakBytes: number | null = null;
  const watching = setInterval(() => {
    peakBytes = Math.max(peakBytes ?? 0, readPeak(child.pid) ?? 0) || null;
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(watching);
  if (code !== 0) throw new Error(`rockpool ${args.join(' ')} ended with ${code}`);
  return { ms: performance.now() - startedAt, peakBytes, stdout };
}

function readPeak(pid: number | undefined): number | null {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found?.[1] === undefined ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}
