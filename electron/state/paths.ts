import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { fileError } from './files.ts';

/** Where everything of one user's Rockpool lives. All paths are absolute. */
export interface Paths {
  readonly home: string;
  readonly stateDb: string;
  /** 0700: passwords and whatever else only this user may read. */
  readonly secrets: string;
  readonly cache: string;
  readonly servers: string;
  readonly logs: string;
  /** Eight characters that tell this home from others, for names outside of it. */
  readonly homeId: string;
}

/** Names the folders without making them. `ROCKPOOL_HOME` overrides the platform's data folder. */
export function pathsOf(environment: NodeJS.ProcessEnv = process.env): Paths {
  const home = resolve(environment.ROCKPOOL_HOME || envPaths('rockpool', { suffix: '' }).data);
  return {
    home,
    stateDb: join(home, 'state.db'),
    secrets: join(home, 'secrets'),
    cache: join(home, 'cache'),
    servers: join(home, 'servers'),
    logs: join(home, 'logs'),
    homeId: createHash('sha256').update(home).digest('hex').slice(0, 8),
  };
}

/**
 * Makes the folders, and lays their modes unless `home` is a folder with things of somebody else in it. As root a server runs under another uid that must be able to pass through the home, so
 * the home is 0711 there and 0700 elsewhere; `servers` is passed through too, all else is 0700 in both cases.
 */
export function makeFolders(paths: Paths): void {
  const passable = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    makeHome(paths, passable);
    makeFolder(paths.servers, passable);
    for (const folder of [paths.secrets, paths.cache, paths.logs]) makeFolder(folder, 0o700);
  } catch (error) {
    const known = fileError(error, paths.home, 'written');
    if (isRockpoolError(known, 'disk_full')) throw known;
    throw new RockpoolError('file_unreadable', `The data folder ${paths.home} cannot be made or entered.`, {
      hint: 'Make it writable for this user, or name another one with ROCKPOOL_HOME.',
      detail: { path: paths.home, errno: (error as NodeJS.ErrnoException).code ?? null },
      cause: error,
    });
  }
}

// ROCKPOOL_HOME may name a folder that others use, /tmp for one: to close that to them would be our fault.
function makeHome(paths: Paths, mode: number): void {
  const isOurs = !existsSync(paths.home) || existsSync(paths.stateDb) || readdirSync(paths.home).length === 0;
  if (isOurs) makeFolder(paths.home, mode);
}

function makeFolder(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true, mode });
  chmodSync(folder, mode);
}
