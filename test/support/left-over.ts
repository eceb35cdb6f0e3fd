import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathsOf } from '../../electron/state/paths.ts';

/** What tests that worked in a folder have outside of it. */
export interface LeftOver {
  /** Folders where servers are whose account cannot enter the home. */
  readonly folders: readonly string[];
  /** Removes containers that use the folder, and what the engine has of homes in it; returns what that was called. */
  removeContainers(): string[];
}

/** Looks for homes in a folder that tests have worked in, and for what belongs to them elsewhere. */
export function findLeftOver(folder: string): LeftOver {
  const homes = globSync('{,*/,*/*/,*/*/*/}state.db', { cwd: folder }).map((file) =>
    dirname(join(folder, file)),
  );
  const ids = [...new Set(homes.map((home) => pathsOf({ ROCKPOOL_HOME: home }).homeId))];
  return {
    folders: ids.map((id) => `/var/lib/rockpool-${id}`).filter((path) => existsSync(path)),
    removeContainers: () => [...removeUsers(folder), ...ids.flatMap(removeOf)],
  };
}

function removeUsers(folder: string): string[] {
  const users = names(['ps', '--all', '--no-trunc', '--format', '{{.Names}} {{.Mounts}}'])
    .filter((line) => line.includes(folder))
    .map((line) => line.split(' ')[0] ?? '');
  for (const name of users) docker(['rm', '--force', '--volumes', name]);
  return users.map((name) => `container ${name}`);
}

function removeOf(homeId: string): string[] {
  const label = ['--filter', `label=rockpool.home=${homeId}`];
  const containers = names(['ps', '--all', ...label, '--format', '{{.Names}}']);
  for (const name of containers) docker(['rm', '--force', '--volumes', name]);
  const volumes = names(['volume', 'ls', ...label, '--format', '{{.Name}}']);
  for (const name of volumes) docker(['volume', 'rm', '--force', name]);
  const networks = names(['network', 'ls', ...label, '--format', '{{.Name}}']);
  for (const name of networks) docker(['network', 'rm', name]);
  return [
    ...containers.map((name) => `container ${name}`),
    ...volumes.map((name) => `volume ${name}`),
    ...networks.map((name) => `network ${name}`),
  ];
}

function names(words: readonly string[]): string[] {
  return docker(words).split('\n').filter(Boolean);
}

function docker(words: readonly string[]): string {
  try {
    return execFileSync('docker', words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
  } catch {
    // There is no engine, so nothing of it was left.
    return '';
  }
}
