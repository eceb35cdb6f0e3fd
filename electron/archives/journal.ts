import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { lockHolder } from '../state/locks.ts';
import { ArchiveFile, type ArchiveKey } from './archive.ts';

/** What a pull that is not finished has in the cache already, one line a file, so that a later one goes on from it. */
export interface Journal {
  /** What an earlier pull of the same publication, which did not end, has left. */
  readonly files: readonly ArchiveFile[];
  /** Written before a file gets its place in the cache: what stands here is not pruned. */
  add(file: ArchiveFile): Promise<void>;
  close(): Promise<void>;
  /** Closes it and takes it away: the archive is recorded. */
  remove(): Promise<void>;
}

const Key = z.object({ origin: z.string(), dataset: z.string(), revision: z.string() });

/** What the lock of a pull is called. */
export function pullLock({ origin, dataset, revision }: ArchiveKey): string {
  return `pull:${origin}/${dataset}/${revision}`;
}

/** Sixteen hexadecimal digits that tell a publication from any other, for names of files. */
export function keyHash({ origin, dataset, revision }: ArchiveKey): string {
  return createHash('sha256').update(`${origin}\0${dataset}\0${revision}`).digest('hex').slice(0, 16);
}

/** Opens the journal of a publication whose lock the caller holds. Damaged lines, as a crash leaves them, count as none. */
export async function openJournal(core: Core, key: ArchiveKey): Promise<Journal> {
  const { origin, dataset, revision } = key;
  const path = join(folderOf(core), `${keyHash(key)}.jsonl`);
  const former = await readJournal(path);
  const files = new Map(former.files.map((file) => [file.name, file] as const));
  let file: FileHandle | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  const write = async (line: ArchiveFile): Promise<void> => {
    try {
      if (file === null) {
        await mkdir(folderOf(core), { recursive: true, mode: 0o700 });
        file = await open(path, 'a', 0o600);
        // The line end in front parts it from a last line that a crash cut.
        await file.appendFile(`\n${JSON.stringify({ origin, dataset, revision })}\n`);
      }
      await file.appendFile(`${JSON.stringify(line)}\n`);
    } catch (error) {
      throw fileError(error, path, 'written');
    }
  };
  const close = async (): Promise<void> => {
    await writing.catch(() => undefined);
    await file?.close();
    file = null;
  };
  return {
    files: [...files.values()],
    add: (line) => {
      const next = writing.catch(() => undefined).then(() => write(line));
      writing = next;
      return next;
    },
    close,
    remove: async () => {
      await close();
      await rm(path, { force: true });
    },
  };
}

/** A journal that lies in the cache. */
export interface LeftJournal {
  readonly path: string;
  /** Null where a crash has left nothing that says it. */
  readonly dataset: string | null;
  readonly files: readonly ArchiveFile[];
  /** True while a process works on that pull. */
  readonly isLive: boolean;
  readonly changedAt: Date;
}

/** All journals: of pulls that run now and of those that never ended. */
export async function listJournals(core: Core): Promise<LeftJournal[]> {
  const names = await readdir(folderOf(core)).catch(() => []);
  const journals: LeftJournal[] = [];
  for (const name of names.filter((one) => one.endsWith('.jsonl'))) {
    const path = join(folderOf(core), name);
    const { files, key } = await readJournal(path);
    const stats = await stat(path).catch(() => null);
    if (stats === null) continue;
    const isLive = key !== null && lockHolder(core.state, pullLock(key)) !== null;
    journals.push({ path, dataset: key?.dataset ?? null, files, isLive, changedAt: stats.mtime });
  }
  return journals;
}

async function readJournal(path: string): Promise<{ key: ArchiveKey | null; files: ArchiveFile[] }> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const files: ArchiveFile[] = [];
  let key: ArchiveKey | null = null;
  for (const line of text.split('\n')) {
    const value = readJson(line);
    const file = ArchiveFile.safeParse(value);
    if (file.success) files.push(file.data);
    else key = Key.safeParse(value).data ?? key;
  }
  return { key, files };
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function folderOf(core: Core): string {
  return join(core.paths.cache, 'pulls');
}
