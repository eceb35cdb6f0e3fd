import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Keys } from '../support/s3-server.ts';

const program = '/usr/bin/rclone';

/** True where Debian's rclone is installed. */
export function hasRclone(): boolean {
  return existsSync(program);
}

/**
 * Copies all files below a path of a bucket into a folder by `rclone copy`, with its own defaults. Returns what the whole
 * process took, in milliseconds and of processor time.
 */
export async function copyByRclone(
  url: string,
  from: string,
  folder: string,
): Promise<{ ms: number; cpuMs: number }> {
  const remote = {
    TYPE: 's3',
    PROVIDER: 'Other',
    ENDPOINT: url,
    FORCE_PATH_STYLE: 'true',
    LIST_VERSION: '2',
    ACCESS_KEY_ID: s3Keys.AWS_ACCESS_KEY_ID,
    SECRET_ACCESS_KEY: s3Keys.AWS_SECRET_ACCESS_KEY,
  };
  const entries = Object.entries(remote).map(([key, value]) => [`RCLONE_CONFIG_BENCH_${key}`, value]);
  const startedAt = performance.now();
  const before = childrenMs();
  const child = spawn(program, ['copy', '-q', `bench:${from}`, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: tmpdir(),
      RCLONE_CONFIG: join(tmpdir(), 'rclone-has-no-file.conf'),
      ...Object.fromEntries(entries),
    },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`rclone ended with ${code}: ${errors.slice(-2000)}`);
  return { ms: performance.now() - startedAt, cpuMs: childrenMs() - before };
}

/** Processor time of all children that have ended, in milliseconds, from Linux. */
function childrenMs(): number {
  const [, , , , , , , , , , , , , , , user, system] = readFileSync('/proc/self/stat', 'utf8').split(' ');
  return (Number(user) + Number(system)) * 10;
}
