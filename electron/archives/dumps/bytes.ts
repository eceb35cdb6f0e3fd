import { open } from 'node:fs/promises';
import { fileError } from '../../state/files.ts';
import { damaged } from './damage.ts';

/** Bytes that can be read from anywhere: those of a file, or of a part of one. */
export interface Bytes {
  /** The file they are of, for messages. */
  readonly file: string;
  readonly sizeBytes: number;
  /**
   * From `start` up to, not including, `end`. A chunk is good until the next one is asked for. Throws `archive_damaged`
   * where there are fewer.
   */
  read(start: number, end: number, signal?: AbortSignal): AsyncGenerator<Buffer>;
}

const chunkBytes = 256 * 1024;

/** The bytes of a file that does not change. Each reading has a handle of its own, so there is nothing to close. */
export function bytesOfFile(path: string, file: string, sizeBytes: number): Bytes {
  return { file, sizeBytes, read: (start, end, signal) => readFile({ path, file }, start, end, signal) };
}

async function* readFile(
  { path, file }: { path: string; file: string },
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  try {
    await using handle = await open(path, 'r');
    // One buffer for all: a new one for each chunk made the collector of garbage take an eighth of a restore.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(0, end - start)));
    for (let at = start; at < end; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw damaged(file, 'it ends early', at);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

/** A part of other bytes as bytes of their own. */
export function partOf(whole: Bytes, file: string, start: number, end: number): Bytes {
  if (start < 0 || end < start || end > whole.sizeBytes)
    throw damaged(whole.file, 'a part of it is missing', start);
  return {
    file,
    sizeBytes: end - start,
    read: (from, to, signal) => {
      if (to > end - start) throw damaged(file, 'it ends early', end - start);
      return whole.read(start + from, start + to, signal);
    },
  };
}

/** Bytes that are in memory. */
export function bytesOfBuffer(buffer: Buffer, file: string): Bytes {
  return {
    file,
    sizeBytes: buffer.length,
    async *read(start, end) {
      if (end > buffer.length) throw damaged(file, 'it ends early', buffer.length);
      if (end > start) yield buffer.subarray(start, end);
    },
  };
}

/** All that comes, in one buffer. Throws `archive_damaged` where that is more than `maxBytes`. */
export async function readAll(
  chunks: AsyncIterable<Buffer>,
  file: string,
  maxBytes: number,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw damaged(file, `it is larger than ${maxBytes} bytes`, maxBytes);
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}
