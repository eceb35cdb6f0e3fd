import { spawn } from 'node:child_process';

const kept =
  /^(PATH|HOME|USER|USERPROFILE|SystemRoot|TEMP|TMPDIR|NODE_EXTRA_CA_CERTS|XDG_RUNTIME_DIR|AWS_\w+|DOCKER_\w+)$/;

/**
 * Leaves a detached process behind that does the queued work (a spare) and ends. It inherits no terminal and only
 * the variables it needs; the home is given as this process found it.
 */
export function startWorker(home: string): void {
  spawn(process.execPath, [...process.execArgv, process.argv[1] as string, 'work'], {
    detached: true,
    stdio: 'ignore',
    cwd: home,
    env: workerEnvironment(process.env, home),
    windowsHide: true,
  }).unref();
}

// It is this same program and may have to pull again or reach containers, so it signs in and finds them as its parent
// does. What it starts itself, such as servers, gets none of that.
function workerEnvironment(own: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const entries = Object.entries(own).filter(([name]) => kept.test(name));
  return { ...Object.fromEntries(entries), ROCKPOOL_HOME: home };
}
