import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Paths } from '../state/paths.ts';
import { redact } from '../state/redact.ts';

/** Where a server writes its log. */
export function serverLogFile(paths: Paths, name: string): string {
  return join(paths.logs, `server-${name}.log`);
}

const maxBytes = 10 * 1024 * 1024;

/** Begins a new log where the old one has grown over 10 MiB; called while its server does not run. */
export function rotateLog(file: string): void {
  if (logSize(file) > maxBytes) renameSync(file, file.replace(/\.log$/, '.1.log'));
}

const keptBytes = 1024 * 1024;

/**
 * The same while its server runs, which goes on writing at the end of the file: the log's last MiB is kept beside it.
 * Called whenever a command looks for the server.
 */
export function capLog(file: string): void {
  const size = logSize(file);
  if (size <= maxBytes) return;
  try {
    const end = readPart(file, size - keptBytes, size);
    writeFileSync(file.replace(/\.log$/, '.1.log'), end, { mode: 0o600 });
    truncateSync(file, 0);
  } catch {
    // A full disk, or a platform that lets nobody else write to it: the next command tries again.
  }
}

/** Bytes of the log, 0 where there is none. */
export function logSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The log from a place on, its last 8 kB, redacted. */
export function readLogFrom(file: string, start: number): string {
  const size = logSize(file);
  return redact(readPart(file, Math.max(start, size - 8192), size).toString('utf8'));
}

const tailBytes = 64 * 1024;

/**
 * Hands over the last lines of a log (64 kB of them) and, with `follow`, those that come until the signal aborts;
 * a log that is begun anew is followed into the new one.
 */
export async function followLog(
  file: string,
  { follow, signal }: { follow: boolean; signal?: AbortSignal },
  onLine: (line: string) => void,
): Promise<void> {
  let at = Math.max(0, logSize(file) - tailBytes);
  let inode = inodeOf(file);
  let partial = at > 0;
  let decoder = new StringDecoder('utf8');
  let rest = '';
  for (;;) {
    if (signal?.aborted === true) return;
    const size = logSize(file);
    if (size < at || inodeOf(file) !== inode) {
      [at, inode, rest, partial, decoder] = [0, inodeOf(file), '', false, new StringDecoder('utf8')];
    }
    if (size > at) {
      const part = readPart(file, at, Math.min(size, at + tailBytes));
      at += part.byteLength;
      const lines = (rest + decoder.write(part)).split('\n');
      rest = lines.pop() ?? '';
      // Where reading began in the middle of a line, its rest says nothing.
      for (const line of partial ? lines.slice(1) : lines) onLine(redact(line));
      if (lines.length > 0) partial = false;
      if (part.byteLength > 0) continue;
    }
    if (!follow) {
      if (rest !== '') onLine(redact(rest));
      return;
    }
    await abortablePause(200, signal);
  }
}

function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}

function readPart(file: string, start: number, end: number): Buffer {
  if (end <= start) return Buffer.alloc(0);
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const part = Buffer.alloc(Math.min(end, fstatSync(handle).size) - start);
    return part.subarray(0, readSync(handle, part, 0, part.byteLength, start));
  } finally {
    closeSync(handle);
  }
}

function abortablePause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
