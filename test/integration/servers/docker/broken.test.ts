import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult, ResetResult } from '../../../../electron/contract/install.ts';
import type { Server } from '../../../../electron/contract/server.ts';
import { needsImage } from '../../../support/engine.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { docker, type OwnEngine, startEngine } from '../../../support/own-engine.ts';
import { patienceMs } from '../../../support/patience.ts';
import { countAt } from '../../../support/query.ts';
import {
  rockpoolError,
  rockpoolJson,
  sampleRevision,
  settle,
  startRockpool,
} from '../../../support/rockpool.ts';
import { onlyAsRoot } from '../../../support/skip.ts';

let engine: OwnEngine;
let home: Home;
let container: string;
let slow: string;

const ready = existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd');
const conditions = {
  ...needsImage('postgres:17'),
  ...onlyAsRoot,
  ...(ready ? {} : { skip: true, meta: { skipReason: 'it needs dockerd' } }),
};

beforeAll(async () => {
  engine = await startEngine('postgres:17');
  home = await makeHome();
  Object.assign(home.environment, { DOCKER_HOST: engine.host });
  // The home is tidied up by this process.
  process.env.DOCKER_HOST = engine.host;
  container = `rockpool-${home.core.paths.homeId}-docker-17`;
  slow = join(home.path, '..', 'slow');
  await cp(sampleRevision, slow, { recursive: true });
});

afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  delete process.env.DOCKER_HOST;
  await engine?.[Symbol.asyncDispose]();
});

const words = ['--server', 'docker', '--postgres', '17'];
const serverNow = async (): Promise<Server | undefined> =>
  (await rockpoolJson<{ servers: Server[] }>(home, 'server', 'list')).servers[0];

/** Begins an install that waits in a script of its own, and does something to the server then. */
async function duringInstall(name: string, happen: () => unknown) {
  const script = join(home.path, '..', 'wait.sql');
  await writeFile(script, 'SELECT pg_sleep(600);');
  const child = startRockpool(home, 'install', slow, '--as', name, '--after', script, '--json', ...words);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const closed = once(child, 'close');
  await untilSleeping();
  await happen();
  const brokenAt = Date.now();
  const [code] = (await closed) as [number];
  return { code, error: JSON.parse(output).error, waitedMs: Date.now() - brokenAt };
}

async function untilSleeping(): Promise<void> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
    try {
      const processes = docker(engine.host, 'top', container, '-eo', 'pid,args');
      if (/ SELECT/.test(processes)) return;
    } catch {
      // It is not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the install never came to its script');
}

describe('a server whose container is taken away', conditions, () => {
  let url: string;

  it('is installed on, and its first install works', async () => {
    const { install } = await rockpoolJson<InstallResult>(
      home,
      'install',
      sampleRevision,
      '--as',
      'acme',
      ...words,
    );
    url = install.url;
    await settle(home);
  });

  it.each([
    [
      'killed',
      (): unknown => docker(engine.host, 'kill', container),
      /the server (ended the connection|is stopping)|was killed \(exit code 137\)/,
      'failed',
    ],
    ['paused', (): unknown => docker(engine.host, 'pause', container), /is paused/, 'failed'],
    [
      'removed',
      (): unknown => docker(engine.host, 'rm', '-f', container),
      // An engine that removes by force kills first, and can be asked between the two.
      /the server (ended the connection|is stopping)|was removed|was killed \(exit code 137\)/,
      'stopped',
    ],
    [
      'gone with its engine, which starts anew',
      (): unknown => engine.restart(),
      /ended the connection|is stopping|was (killed|stopped)|ended with|has stopped/,
      null,
    ],
  ] as const)(
    '%s in the middle of an install: a clear error, the state shown, and a retry that works (E5)',
    async (what, happen, message, state) => {
      const name = `during_${what.split(' ')[0]}`;
      const { code, error } = await duringInstall(name, happen);
      expect(code).toBe(1);
      // The whole error, so that a failure shows where an unexpected one comes from.
      expect(error).toMatchObject({ code: expect.stringMatching(/^server_(stopped|unavailable)$/) });
      expect(error.message).toMatch(message);
      if (state !== null) expect((await serverNow())?.state).toBe(state);
      const again = await rockpoolJson<InstallResult>(home, 'install', slow, '--as', name, ...words);
      expect(await countAt(again.install.url, 'events')).toBe(22_015);
      expect(await countAt(url, 'events')).toBe(22_015);
      await settle(home);
      await rockpoolJson(home, 'remove', name);
      const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
      expect(reset.install.url).toBe(url);
    },
  );

  it('is started by name whatever became of it', async () => {
    await settle(home);
    docker(engine.host, 'pause', container);
    expect((await serverNow())?.note).toContain('rockpool server start docker_17');
    await rockpoolJson(home, 'server', 'start', 'docker_17');
    expect(await countAt(url, 'events')).toBe(22_015);
  });

  it('restores its installs from the cache where the volume is lost, under the same URL', async () => {
    await settle(home);
    docker(engine.host, 'rm', '-f', container);
    docker(engine.host, 'volume', 'rm', container);
    await rockpoolJson(home, 'server', 'start');
    expect(await countAt(url, 'events')).toBe(22_015);
    await settle(home);
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countAt(url, 'events')).toBe(22_015);
  });

  it('says which engine it lives in where that does not answer', async () => {
    Object.assign(home.environment, { DOCKER_HOST: '' });
    home.core.state.run(
      "UPDATE servers SET record = json_set(record, '$.docker.engine', 'unix:///nowhere/engine.sock')",
    );
    try {
      expect(await serverNow()).toMatchObject({
        state: 'stopped',
        note: expect.stringContaining('/nowhere/'),
      });
      const { error } = await rockpoolError(home, 'reset', 'acme');
      expect(error.code).toBe('server_unavailable');
      expect(error.message).toContain('unix:///nowhere/engine.sock');
    } finally {
      home.core.state.run("UPDATE servers SET record = json_set(record, '$.docker.engine', ?)", engine.host);
      Object.assign(home.environment, { DOCKER_HOST: engine.host });
    }
  });
});
