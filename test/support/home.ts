import { existsSync, mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asideFolder } from '../../electron/servers/place.ts';
import { listRecords } from '../../electron/servers/registry.ts';
import { openServers } from '../../electron/servers/servers.ts';
import { type Core, openCore } from '../../electron/state/core.ts';

/** A ROCKPOOL_HOME for one test. */
export interface Home extends AsyncDisposable {
  readonly core: Core;
  readonly path: string;
  /** The whole environment for a child process that is to use this home. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Makes an empty home in the temporary folder, or within another one. On dispose every server of it is stopped and the folder removed,
 * whatever the test did to them.
 */
export async function makeHome({ parentMode = 0o711, within = tmpdir() } = {}): Promise<Home> {
  const outer = mkdtempSync(join(within, 'rockpool-test-'));
  // With 0711 the uid that runs servers for root can pass through it.
  await chmod(outer, parentMode);
  const path = join(outer, 'home');
  const environment = { PATH: process.env.PATH, ROCKPOOL_HOME: path };
  const core = openCore(environment);
  return {
    core,
    path,
    environment,
    [Symbol.asyncDispose]: async () => {
      try {
        if (existsSync(path)) await stopServers(core);
      } finally {
        core.state.close();
        await rm(outer, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
        await rm(asideFolder(core), { recursive: true, force: true });
      }
    },
  };
}

async function stopServers(core: Core): Promise<void> {
  const servers = openServers(core);
  for (const { name } of listRecords(core.state)) await servers.remove(name);
}
