import type { DownResult } from '../contract/project.ts';
import type { Parts, Watch } from '../installs/parts.ts';
import { findInstall, listInstalls } from '../installs/records.ts';
import { removeInstall } from '../installs/remove.ts';
import { stopServer } from '../installs/stop.ts';
import type { Project } from './files.ts';
import { findProjectRecord, noteInstalls } from './trust.ts';

/**
 * Stops the servers on which only installs of this project live; with `remove` the installs that `up` made go first.
 * What belongs to others as well stays, and is told.
 */
export async function downProject(
  parts: Parts,
  { file, folder, content }: Pick<Project, 'file' | 'folder' | 'content'>,
  { remove }: { remove: boolean },
  watch: Watch = {},
): Promise<DownResult> {
  const { state } = parts.core;
  const notes: string[] = [];
  const removed: string[] = [];
  const named = Object.keys(content.installs);
  const present = named.flatMap((name) => findInstall(state, name) ?? []);
  const servers = new Set(present.map((install) => install.server));
  const made = new Set(findProjectRecord(state, folder)?.installs ?? []);
  for (const { name } of remove ? present : []) {
    if (!made.has(name)) {
      notes.push(`${name} stays: it was not made by rockpool up.`);
      continue;
    }
    await removeInstall(parts, name, watch);
    made.delete(name);
    noteInstalls(state, folder, [...made]);
    removed.push(name);
  }
  const stopped: string[] = [];
  for (const server of servers) {
    const others = listInstalls(state).filter(
      (install) => install.server === server && !named.includes(install.name),
    );
    if (others.length > 0) {
      notes.push(`${server} goes on: ${others.map(({ name }) => name).join(', ')} is on it too.`);
    } else if (await stopIfThere(parts, server, watch)) stopped.push(server);
  }
  return { file, servers: stopped, removed, notes };
}

// One that was made for a port goes with its last install.
async function stopIfThere(parts: Parts, server: string, watch: Watch): Promise<boolean> {
  const isThere = (await parts.servers.list()).some(({ name }) => name === server);
  return isThere && stopServer(parts, server, watch.signal);
}
