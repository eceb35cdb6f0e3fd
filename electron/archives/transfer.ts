import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { syncAndCheck, writeAll } from '../state/durable.ts';
import { fileError } from '../state/files.ts';
import type { PublishedFile } from './archive.ts';
import { keepObject } from './cache.ts';
import { CsvCounter } from './count.ts';
import { makeIncoming } from './incoming.ts';
import { isTable, requireReadable } from './recognise.ts';

/** What came: whole as far as the source can tell, and in the cache. */
export interface Transferred {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly records: number | null;
  readonly lines: number;
  /** True where the last line has no line end. */
  readonly endsOpen: boolean;
}

export interface TransferOptions {
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Bytes and lines of this attempt so far. */
  readonly onProgress: (bytes: number, lines: number) => void;
  /** Says whether what came is what was promised; throws where it is not. */
  readonly verify: (came: Transferred) => Promise<void>;
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
  try {
    let came: Transferred;
    try {
      const counted = await copyBytes(source, options, (chunk) => writeAll(file, chunk));
      await options.verify(counted);
      await syncAndCheck(file, counted.sizeBytes);
      came = counted;
    } finally {
      await file.close();
    }
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
  const counter = new CsvCounter();
  let sizeBytes = 0;
  const stream = await source.open(signal);
  for await (const chunk of readChunks(stream, source.name, idleTimeoutMs, signal)) {
    if (sizeBytes === 0) requireReadable(source.name, chunk);
    hash.update(chunk);
    counter.push(chunk);
    sizeBytes += chunk.length;
    await write(chunk);
    onProgress(sizeBytes, counter.lines);
  }
  return {
    sha256: hash.digest('hex'),
    sizeBytes,
    records: isTable(source.name) ? Math.max(0, counter.records - 1) : null,
    lines: counter.lines,
    endsOpen: counter.open,
  };
}

/** Chunks of a stream. The clock runs only while the source is waited for, so a slow disk is no stall. */
async function* readChunks(
  stream: Readable,
  name: string,
  idleTimeoutMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await withDeadline(chunks.next(), idleTimeoutMs, signal, name);
      if (next.done) return;
      if (next.value.length > 0) yield next.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(error, name, 'read');
  } finally {
    stream.destroy();
  }
}

async function withDeadline<T>(
  next: Promise<T>,
  idleTimeoutMs: number,
  signal: AbortSignal,
  name: string,
): Promise<T> {
  const stop = Promise.withResolvers<never>();
  const timer = setTimeout(() => stop.reject(stalled(name, idleTimeoutMs)), idleTimeoutMs);
  const abort = () => stop.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  // The stream is destroyed when the race is lost, and then fails with nobody waiting.
  next.catch(() => undefined);
  stop.promise.catch(() => undefined);
  try {
    if (signal.aborted) abort();
    return await Promise.race([next, stop.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function stalled(name: string, idleTimeoutMs: number): RockpoolError {
  const seconds = Math.round(idleTimeoutMs / 1000);
  return new RockpoolError('pull_stalled', `No bytes of ${name} came for ${seconds} s.`, {
    hint: 'Check the connection to the source (a VPN, a port-forward that hangs), then try again.',
    detail: { file: name, idleTimeoutMs },
  });
}
