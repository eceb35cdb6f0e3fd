import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { syncFolder } from '../state/durable.ts';
import { fileError } from '../state/files.ts';
import type { Paths } from '../state/paths.ts';

const chunkBytes = 256 * 1024;

/** Where the cache keeps the file with this hash: `objects/ab/abcdef…`. */
export function objectPath(paths: Paths, sha256: string): string {
  return join(paths.cache, 'objects', sha256.slice(0, 2), sha256);
}

/** True where the cache has the file, with this size; its content is hashed whenever it is read. */
export async function hasObject(core: Core, sha256: string, sizeBytes: number): Promise<boolean> {
  const stats = await stat(objectPath(core.paths, sha256)).catch(() => null);
  return stats?.isFile() === true && stats.size === sizeBytes;
}

/**
 * Moves a whole, flushed file into the cache, under its hash, so that it survives a power cut. One that is there
 * already is replaced: it has the same content, or should have.
 */
export async function keepObject(core: Core, temporary: string, sha256: string): Promise<void> {
  const path = objectPath(core.paths, sha256);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw fileError(error, path, 'written');
  }
}

/**
 * Opens a cached file and hashes it on the way. Where it is not what was pulled the stream fails with
 * `cache_damaged` instead of ending, and the file is taken out, so that the next pull fetches it anew.
 */
export function openObject(core: Core, sha256: string, signal?: AbortSignal): Readable {
  // A stream reads ahead: each chunk needs memory of its own.
  const chunks = readVerified(objectPath(core.paths, sha256), sha256, signal, newBlock);
  return Readable.from(chunks, { objectMode: false, highWaterMark: chunkBytes });
}

/**
 * The same bytes for who takes them one by one: each chunk is good until the next one is asked for. Measured, memory of
 * their own for each takes a quarter of a load, most of it for collecting garbage.
 */
export function readObject(core: Core, sha256: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const block = newBlock();
  return readVerified(objectPath(core.paths, sha256), sha256, signal, () => block);
}

/** Reads a cached file through: true where it is what was pulled; else it is taken out, and false (D16). */
export async function isIntact(core: Core, sha256: string, signal?: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of readObject(core, sha256, signal));
    return true;
  } catch (error) {
    if (isRockpoolError(error, 'cache_damaged')) return false;
    throw error;
  }
}

function newBlock(): Buffer {
  return Buffer.allocUnsafeSlow(chunkBytes);
}

async function* readVerified(
  path: string,
  sha256: string,
  signal: AbortSignal | undefined,
  blockFor: () => Buffer,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  try {
    await using file = await open(path, 'r');
    for (;;) {
      signal?.throwIfAborted();
      const block = blockFor();
      const { bytesRead } = await file.read(block, 0, chunkBytes);
      if (bytesRead === 0) break;
      const chunk = block.subarray(0, bytesRead);
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged(path, 'is gone');
    throw fileError(error, path, 'read');
  }
  if (hash.digest('hex') === sha256) return;
  await rm(path, { force: true });
  throw damaged(path, 'is no longer what was pulled');
}

function damaged(path: string, how: string): RockpoolError {
  return new RockpoolError('cache_damaged', `A file in the cache ${how}.`, {
    hint: 'Install the dataset again: what is missing is pulled anew.',
    detail: { path },
  });
}
