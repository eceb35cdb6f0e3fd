import { spawn } from 'node:child_process';

/**
 * Leaves a detached process behind that does the queued work (a spare) and ends. It inherits no terminal and only
 * the variables it needs; the home is given as this process found it.
 */
export function startWorker(home: string): void {
  const { PATH, HOME, USER, SystemRoot, TEMP, TMPDIR } = process.env;
  const kept = Object.entries({ PATH, HOME, USER, SystemRoot, TEMP, TMPDIR }).filter(
    ([, value]) => value !== undefined,
  );
  spawn(process.execPath, [...process.execArgv, process.argv[1] as string, 'work'], {
    detached: true,
    stdio: 'ignore',
    cwd: home,
    env: { ...Object.fromEntries(kept), ROCKPOOL_HOME: home },
    windowsHide: true,
  }).unref();
}
