import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { lockHolder } from '../state/locks.ts';
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

/** A file of a pull that did not end, or its record. */
export interface LeftPart {
  readonly path: string;
  /** True while a process works on that pull. */
  readonly isLive: boolean;
  readonly changedAt: Date;
}

/** Which pull a part belongs to; its record has this in it. */
const Owned = z.object({ lock: z.string() });

/** Parts of files, with their records, that pulls have begun and not ended. */
export async function listParts(core: Core): Promise<LeftPart[]> {
  const folder = folderOf(core);
  const parts: LeftPart[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const stem = /^([0-9a-f]{16}\.[0-9a-f]{16})\.(part|json|new)$/.exec(name)?.[1];
    const path = join(folder, name);
    const stats = stem === undefined ? null : await stat(path).catch(() => null);
    if (stats === null) continue;
    const record = await readFile(join(folder, `${stem}.json`), 'utf8').catch(() => '');
    const lock = readOwner(record);
    const isLive = lock !== null && lockHolder(core.state, lock) !== null;
    parts.push({ path, isLive, changedAt: stats.mtime });
  }
  return parts;
}

function readOwner(record: string): string | null {
  try {
    return Owned.parse(JSON.parse(record)).lock;
  } catch {
    return null;
  }
}

/** Where a file that is pulled in parts is kept until it is whole; `stem` is its name without an ending. */
export function partPath(core: Core, stem: string, ending: 'part' | 'json' | 'new'): string {
  return join(folderOf(core), `${stem}.${ending}`);
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
