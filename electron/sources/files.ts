import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { RockpoolError } from '../contract/errors.ts';
import { fileError } from '../state/files.ts';
import { changed } from './changed.ts';

/** A file as listed: where it really is, and what tells this content of it from a later one. */
export interface ListedFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** `mtime:size`, the time in nanoseconds: what it is called by. */
  readonly state: string;
  /**
   * `mtime:size:ctime:inode`: what tells its content from a later one, as a program can set the first two. Null for a
   * file that changed just now: another change may get the same times.
   */
  readonly fingerprint: string | null;
}

/** Names in a folder, apart by what they are; links count as what they lead to. */
export interface FolderNames {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

const chunkBytes = 256 * 1024;

/** The real path of what a source's path names. Throws `source_unreachable` where nothing is there. */
export async function readRoot(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(error, path, 'read');
    throw new RockpoolError('source_unreachable', `There is no file or folder ${path}.`, {
      hint: 'Check the path. If it is on another disk or a share, see that it is mounted.',
      detail: { path, errno: 'ENOENT' },
      cause: error,
    });
  }
}

/** Lists what is in a folder, sorted. Throws `file_unreadable`. */
export async function listNames(folder: string): Promise<FolderNames> {
  const files: string[] = [];
  const folders: string[] = [];
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const isFolder = entry.isSymbolicLink()
        ? await stat(join(folder, entry.name)).then(
            (target) => target.isDirectory(),
            () => false,
          )
        : entry.isDirectory();
      (isFolder ? folders : files).push(entry.name);
    }
  } catch (error) {
    throw fileError(error, folder, 'read');
  }
  return { files: files.toSorted(), folders: folders.toSorted() };
}

/** True where a path is, or leads to, something inside of `root`, which is a real path. */
export async function staysInside(root: string, path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * Looks at one file without opening it. Throws `unsafe_name` where it is a link that leads out of `root`, or no plain
 * file: reading a pipe or a device could go on for ever.
 */
export async function statFile(root: string, folder: string, name: string): Promise<ListedFile> {
  const shown = join(folder, name);
  try {
    const path = await realpath(shown);
    if (!(await staysInside(root, path))) throw unsafe(shown, 'it is a link that leads out of its folder');
    const { size, mtimeNs, mtime, isFile, tells } = await statBig(path);
    if (!isFile) throw unsafe(shown, 'it is no plain file');
    const state = `${mtimeNs}:${size}`;
    const fingerprint = tells === null ? null : `${state}:${tells}`;
    return { name, path, sizeBytes: size, modifiedAt: mtime, state, fingerprint };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw unsafe(shown, 'it is a link to itself');
    throw fileError(error, shown, 'read');
  }
}

// A pipe that has taken a file's place would be waited for when it is opened, and a link in its place not be followed.
const plainFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const gone = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** Opens a listed file for reading. Throws `source_changed` where it is no longer the one that was listed. */
export async function openFile(file: ListedFile, signal?: AbortSignal): Promise<Readable> {
  signal?.throwIfAborted();
  try {
    const handle = await open(file.path, plainFlags);
    try {
      const { mtimeNs, size } = await handle.stat({ bigint: true });
      if (`${mtimeNs}:${size}` !== file.state) throw changed(file.name, 'is not what it was when listed');
    } catch (error) {
      await handle.close();
      throw error;
    }
    return handle.createReadStream({ highWaterMark: chunkBytes, signal });
  } catch (error) {
    // The listed path is real already: a link, or a file in place of a folder, has come since.
    if (gone.has(String((error as NodeJS.ErrnoException).code)))
      throw changed(file.name, 'is no longer there');
    throw fileError(error, file.path, 'read');
  }
}

// Some file systems keep times to two seconds.
const settledMs = 3000;

async function statBig(path: string) {
  const stats = await stat(path, { bigint: true });
  const changedMs = Math.max(stats.mtime.getTime(), stats.ctime.getTime());
  return {
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    mtime: stats.mtime,
    isFile: stats.isFile(),
    tells: Date.now() - changedMs > settledMs ? `${stats.ctimeNs}:${stats.ino}` : null,
  };
}

function unsafe(path: string, reason: string): RockpoolError {
  return new RockpoolError('unsafe_name', `${path} is refused: ${reason}.`, {
    hint: 'Nothing was read. Put the file itself there instead.',
    detail: { path },
  });
}

/** The SHA-256 of a listed file, in hexadecimal. Throws what `openFile` throws. */
export async function digestFile(file: ListedFile, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await openFile(file, signal)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
