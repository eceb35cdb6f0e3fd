import type { Readable } from 'node:stream';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { retry } from '../jobs/retry.ts';
import type { Core } from '../state/core.ts';
import type { ArchiveKey, ByteRange, PublishedFile } from './archive.ts';
import { keepObject } from './cache.ts';
import type { Hasher } from './hasher.ts';
import type { Pace } from './pace.ts';
import { PartFile, type Span } from './part.ts';
import { partNotes } from './part-record.ts';
import { checkOf, incomplete, isChecksumMismatch } from './promised.ts';
import { requireReadable } from './recognise.ts';
import { readChunks, type TransferOptions, type Transferred } from './transfer.ts';

/** A file of known size that can be read from anywhere. */
export interface RangedFile extends PublishedFile {
  readonly sizeBytes: number;
  openRange(range: ByteRange, signal?: AbortSignal): Promise<Readable>;
}

export interface RangedOptions extends TransferOptions {
  readonly key: ArchiveKey;
  readonly hasher: Hasher;
  readonly pace: Pace;
  readonly retryDelayMs: number;
  /** All bytes are there or will be in a moment, hashing and flushing go on: the next file may begin. May be called again. */
  readonly onReceived: () => void;
}

// What came is written, hashed and told once it is so much, or so old: each turn costs messages between threads.
const writeBytes = 4 * 1024 * 1024;
const writeEveryMs = 100;
/** What must have come of a stretch for a failure to count as a new one. */
const gainBytes = 1024 * 1024;
/** The next file is asked for so long before this one is there: some servers think about each for that long. */
const aheadMs = 100;
/** Enough of a file to tell what it is. */
const headBytes = 4096;

/** True where a file is worth being pulled in stretches. */
export function isRanged(file: PublishedFile, leastBytes: number): file is RangedFile {
  return file.openRange !== undefined && file.sizeBytes !== null && file.sizeBytes >= Math.max(1, leastBytes);
}

/**
 * Reads a published file into the cache by one stream, and by several at once where one alone is slow. What of it came in
 * an earlier pull of the same content is not asked for again. After a failure what came stays for the next pull, unless
 * it is worthless. Throws as `transferFile` does.
 */
export async function transferRanged(
  core: Core,
  file: RangedFile,
  options: RangedOptions,
): Promise<Transferred> {
  const notes = partNotes(core, options.key, file);
  const { sizeBytes } = file;
  const part = await PartFile.open({ notes, sizeBytes, checksum: checkOf(file), hasher: options.hasher });
  try {
    await receive(part, file, { ...options, onProgress: announcingEnd(sizeBytes, options) });
    options.onReceived();
    const came: Transferred = { ...(await part.finish()), sizeBytes, lines: null, endsOpen: false };
    await options.verify(came);
    await options.onKeep(came);
    await keepObject(core, notes.path, came.sha256);
    await notes.remove();
    return came;
  } catch (error) {
    await part.stop(!isWorthless(error));
    throw error;
  }
}

/** Tells progress on, and calls `onReceived` once the end is near, by the pace so far. */
function announcingEnd(
  sizeBytes: number,
  { onProgress, onReceived }: RangedOptions,
): RangedOptions['onProgress'] {
  const beganAt = performance.now();
  let hadBytes: number | null = null;
  return (bytes, lines) => {
    onProgress(bytes, lines);
    hadBytes ??= bytes;
    const leftMs = ((performance.now() - beganAt) * (sizeBytes - bytes)) / (bytes - hadBytes);
    if (leftMs <= aheadMs) onReceived();
  };
}

/** After these nothing that came can be gone on with, or there is no room for it. */
function isWorthless(error: unknown): boolean {
  const codes = ['source_changed', 'pull_mismatch', 'format_unknown', 'disk_full'] as const;
  return isChecksumMismatch(error) || isRockpoolError(error, ...codes);
}

async function receive(part: PartFile, file: RangedFile, options: RangedOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const streams = new Set<Promise<void>>();
  const start = (): void => {
    const span = part.take();
    if (span === null || signal.aborted) return;
    const stream = drain(part, span, file, { ...options, signal })
      .catch((error: unknown) => failed.abort(error))
      .finally(() => streams.delete(stream));
    streams.add(stream);
  };
  // Where nothing is left to be divided a stretch more begins nothing.
  const fill = (): void => {
    while (streams.size < options.pace.streams) {
      const { size } = streams;
      start();
      if (streams.size === size) return;
    }
  };
  options.onProgress(part.haveBytes, 0);
  const stopFilling = options.pace.onMore(fill);
  try {
    while (part.haveBytes < file.sizeBytes && !signal.aborted) {
      fill();
      if (streams.size === 0) break;
      await Promise.race(streams);
    }
    await Promise.all(streams);
    signal.throwIfAborted();
    if (part.haveBytes < file.sizeBytes) throw incomplete(file.name, 'a range of it is missing', {});
  } finally {
    stopFilling();
    await Promise.allSettled(streams);
  }
}

/** Reads one stretch to its end; a cut or a stall goes on where it came, anew as long as something comes. */
async function drain(part: PartFile, span: Span, file: RangedFile, options: RangedOptions): Promise<void> {
  const { signal, retryDelayMs } = options;
  try {
    for (;;) {
      const from = span.at;
      try {
        await retry(() => readSpan(part, span, file, options), {
          when: mayPass,
          delayMs: retryDelayMs,
          signal,
        });
        return;
      } catch (error) {
        if (!mayPass(error) || span.at - from < gainBytes) throw error;
      }
    }
  } finally {
    part.release(span);
  }
}

async function readSpan(part: PartFile, span: Span, file: RangedFile, options: RangedOptions): Promise<void> {
  const { signal, idleTimeoutMs } = options;
  const asked = { start: span.at, end: span.end };
  let got = 0;
  let chunks: Buffer[] = [];
  let waiting = 0;
  let writtenAt = performance.now();
  let writing = Promise.resolve();
  const write = async (taken: readonly Buffer[]): Promise<void> => {
    await part.write(span, taken);
    for (const chunk of taken) free(chunk);
    options.onProgress(part.haveBytes, 0);
  };
  // One write is on its way while the next bytes come: in turns, a pull would take as long as both.
  const flush = async (): Promise<void> => {
    await writing;
    if (waiting === 0) return;
    if (span.at === 0) requireReadable(file.name, Buffer.concat(chunks, Math.min(waiting, headBytes)));
    writing = write(chunks);
    writing.catch(() => undefined);
    chunks = [];
    waiting = 0;
    writtenAt = performance.now();
  };
  try {
    for await (const chunk of readChunks(
      await file.openRange(asked, signal),
      file.name,
      idleTimeoutMs,
      signal,
    )) {
      got += chunk.length;
      options.pace.add(chunk.length);
      if (asked.start + got > asked.end) throw tooMuch(file.name, asked);
      chunks.push(chunk);
      waiting += chunk.length;
      if (waiting >= writeBytes || performance.now() - writtenAt >= writeEveryMs) await flush();
      // The rest has been given to another stream.
      if (asked.start + got >= span.end) return;
    }
  } finally {
    // What came before a cut is as good as the rest.
    await flush();
    await writing;
  }
  if (span.at < span.end)
    throw incomplete(file.name, 'a range of it ended early', { got, wanted: asked.end - asked.start });
}

/**
 * Gives back the memory of bytes that nobody reads any more. Left to the garbage collector it is counted as pressure:
 * measured, every 64 MB all of the heap was marked for it, which took a quarter of a pull.
 */
function free(chunk: Buffer): void {
  const memory = chunk.buffer;
  // What is a piece of something bigger has other pieces.
  if (memory instanceof ArrayBuffer && memory.byteLength === chunk.byteLength) memory.transfer(0);
}

function mayPass(error: unknown): boolean {
  return isRockpoolError(error, 'pull_incomplete', 'pull_stalled', 'source_unreachable');
}

function tooMuch(name: string, { start, end }: ByteRange): RockpoolError {
  return new RockpoolError('pull_mismatch', `More of ${name} came than was asked for.`, {
    hint: 'A proxy may be in the way that knows no ranges. Nothing of what came is used.',
    detail: { file: name, start, end },
  });
}
