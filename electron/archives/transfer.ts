import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { syncAndCheck, writeAll } from '../state/durable.ts';
import { fileError } from '../state/files.ts';
import type { PublishedFile } from './archive.ts';
import { keepObject } from './cache.ts';
import { openChecksum } from './checksum.ts';
import { makeIncoming } from './incoming.ts';
import { LineCounter } from './lines.ts';
import { type Came, checkOf } from './promised.ts';
import { requireReadable } from './recognise.ts';
import { SpaceWatch } from './space.ts';

/** What came: whole as far as the source can tell. */
export interface Transferred extends Came {
  /** True where more could follow without another number of lines, as far as they were counted. */
  readonly endsOpen: boolean;
}

export interface TransferOptions {
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
  /** What stays free on the disk of the cache; 1 GiB where it is not given. */
  readonly keepFreeBytes?: number | undefined;
  /** Bytes and lines of this attempt so far. */
  readonly onProgress: (bytes: number, lines: number) => void;
  /** Says whether what came is what was promised; throws where it is not. */
  readonly verify: (came: Transferred) => Promise<void>;
  /** Writes down what is about to get its place in the cache. */
  readonly onKeep: (came: Transferred) => Promise<void>;
}

/**
 * Reads one published file into the cache: temporary file, hash and counts on the way, verified, flushed, renamed.
 * Whatever fails leaves nothing behind. Throws `pull_stalled`, `disk_full`, `file_unreadable`, and what the source,
 * `requireReadable` and `verify` throw.
 */
export async function transferFile(
  core: Core,
  source: PublishedFile,
  options: TransferOptions,
): Promise<Transferred> {
  const { path, file } = await makeIncoming(core);
  const what = `Pulling ${source.name}`;
  const space = new SpaceWatch({ folder: core.paths.cache, what, keepFreeBytes: options.keepFreeBytes });
  try {
    let came: Transferred;
    try {
      const counted = await copyBytes(source, options, async (chunk) => {
        await space.take(chunk.length);
        await writeAll(file, chunk);
      });
      await options.verify(counted);
      await syncAndCheck(file, counted.sizeBytes);
      came = counted;
    } finally {
      await file.close();
    }
    await options.onKeep(came);
    await keepObject(core, path, came.sha256);
    return came;
  } catch (error) {
    await rm(path, { force: true });
    throw fileError(error, path, 'written');
  }
}

async function copyBytes(
  source: PublishedFile,
  { idleTimeoutMs, signal, onProgress }: TransferOptions,
  write: (chunk: Buffer) => Promise<void>,
): Promise<Transferred> {
  const hash = createHash('sha256');
  const check = checkOf(source);
  const checksum = check === null ? null : openChecksum(check.algorithm);
  // Counting costs more than hashing, and of a file whose size is known nobody asks for lines.
  const counter = source.sizeBytes === null ? new LineCounter() : null;
  let sizeBytes = 0;
  const stream = await source.open(signal);
  for await (const chunk of readChunks(stream, source.name, idleTimeoutMs, signal)) {
    if (sizeBytes === 0) requireReadable(source.name, chunk);
    hash.update(chunk);
    checksum?.update(chunk);
    counter?.push(chunk);
    sizeBytes += chunk.length;
    await write(chunk);
    onProgress(sizeBytes, counter?.counts.lines ?? 0);
  }
  return {
    sha256: hash.digest('hex'),
    sizeBytes,
    lines: counter?.counts ?? null,
    checksum: checksum?.base64() ?? null,
    endsOpen: counter?.open ?? false,
  };
}

/**
 * Chunks of a stream, none empty. Throws `pull_stalled`. The clock runs only while the source is waited for, so a slow
 * disk is no stall.
 */
export async function* readChunks(
  stream: Readable,
  name: string,
  idleTimeoutMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  // One timer and one listener for all chunks: made anew for each they took a tenth of a fast pull. A stream that is
  // destroyed may take its time to say so, hence nothing waits for that.
  let give: ((error: unknown) => void) | null = null;
  const timer = setTimeout(() => give?.(stalled(name, idleTimeoutMs)), idleTimeoutMs);
  const abort = () => give?.(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const wait = () =>
    new Promise<IteratorResult<Buffer>>((resolve, reject) => {
      give = reject;
      timer.refresh();
      if (signal.aborted) abort();
      chunks.next().then(resolve, reject);
    });
  try {
    for (;;) {
      const next = await wait();
      give = null;
      if (next.done) return;
      if (next.value.length > 0) yield next.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(error, name, 'read');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    stream.destroy();
  }
}

function stalled(name: string, idleTimeoutMs: number): RockpoolError {
  const seconds = Math.round(idleTimeoutMs / 1000);
  return new RockpoolError('pull_stalled', `No bytes of ${name} came for ${seconds} s.`, {
    hint: 'Check the connection to the source (a VPN, a port-forward that hangs), then try again.',
    detail: { file: name, idleTimeoutMs },
  });
}
