import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patienceMs } from './patience.ts';

/** An engine of a test's own, which it may stop in the middle of things; nobody else's containers are in it. */
export interface OwnEngine extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Ends it as a crash does, with everything in it, and starts it again. */
  restart(): Promise<void>;
}

/** Starts a second dockerd beside the machine's, with a copy of one of its images. Only root can. */
export async function startEngine(image: string): Promise<OwnEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'rockpool-engine-'));
  const host = `unix://${folder}/engine.sock`;
  // With a bridge of its own: asked for none, an engine deletes the docker0 of the other one.
  const bridge = makeBridge();
  let daemon = await startDaemon(folder, host, bridge);
  const stop = async (): Promise<void> => {
    // What it supervises ends with it: containers have a process of their own above them.
    for (const id of docker(host, 'ps', '-q').split('\n').filter(Boolean)) docker(host, 'kill', id);
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  };
  execFileSync('sh', ['-c', `docker save ${image} | docker -H ${host} load`], { stdio: 'ignore' });
  return {
    host,
    restart: async () => {
      await stop();
      daemon = await startDaemon(folder, host, bridge);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      execFileSync('ip', ['link', 'delete', bridge]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
    },
  };
}

function makeBridge(): string {
  const number = randomInt(1, 250);
  const bridge = `rptest${number}`;
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
  execFileSync('ip', ['addr', 'add', `10.213.${number}.1/24`, 'dev', bridge]);
  execFileSync('ip', ['link', 'set', bridge, 'up']);
  return bridge;
}

async function startDaemon(folder: string, host: string, bridge: string): Promise<ChildProcess> {
  const daemon = spawn(
    'dockerd',
    [
      ...['--host', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--bridge', bridge, '--iptables=false', '--ip-masq=false'],
    ],
    { stdio: 'ignore' },
  );
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
    if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}`);
    if (existsSync(host.slice('unix://'.length)) && isUp(host)) return daemon;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  daemon.kill('SIGKILL');
  throw new Error('dockerd did not start');
}

function isUp(host: string): boolean {
  try {
    docker(host, 'version');
    return true;
  } catch {
    return false;
  }
}

/** Runs the docker command against an engine. */
export function docker(host: string, ...words: string[]): string {
  return execFileSync('docker', ['-H', host, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
