import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { isAlive, ownProcess } from '../state/processes.ts';

/** A file that is being pulled: not yet whole, not yet known by its hash. */
export interface Incoming {
  readonly path: string;
  readonly file: FileHandle;
}

/** Makes an empty file, 0600, whose name tells which process it belongs to. On the cache's disk, to be renamed. */
export async function makeIncoming(core: Core): Promise<Incoming> {
  const folder = folderOf(core);
  const { pid, startedAt } = ownProcess();
  const owner = `${pid}.${Buffer.from(startedAt).toString('base64url')}`;
  const path = join(folder, `${owner}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return { path, file: await open(path, 'wx', 0o600) };
  } catch (error) {
    throw fileError(error, path, 'written');
  }
}

/** Removes what processes that are gone were pulling when they died. Returns how many files that were. */
export async function sweepIncoming(core: Core): Promise<number> {
  const folder = folderOf(core);
  const names = await readdir(folder).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const [, pid, startedAt] = /^(\d+)\.([\w-]+)\.[0-9a-f]+\.tmp$/.exec(name) ?? [];
    if (pid === undefined || startedAt === undefined) continue;
    const owner = { pid: Number(pid), startedAt: Buffer.from(startedAt, 'base64url').toString() };
    if (isAlive(owner)) continue;
    await rm(join(folder, name), { force: true });
    removed++;
  }
  return removed;
}

function folderOf(core: Core): string {
  return join(core.paths.cache, 'incoming');
}
