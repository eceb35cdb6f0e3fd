import { Writable } from 'node:stream';
import { redact } from '../../state/redact.ts';
import type { Engine } from './engine.ts';
import { engineError, statusOf } from './failures.ts';

/** The last lines of a container's log, redacted; empty where there is none. */
export async function readContainerLog(
  engine: Engine,
  container: string,
  { lines = 40, sinceAt = 0 }: { lines?: number; sinceAt?: number } = {},
): Promise<string> {
  const seen: string[] = [];
  try {
    await eachLine(engine, container, { follow: false, tail: lines, sinceAt }, (line) => seen.push(line));
  } catch {
    return '';
  }
  return seen.join('\n');
}

/**
 * Hands over the end of a container's log and, with `follow`, what comes until the signal aborts, over stops and
 * starts.
 */
export async function followContainerLog(
  engine: Engine,
  container: string,
  { follow, signal }: { follow: boolean; signal?: AbortSignal | undefined },
  onLine: (line: string) => void,
): Promise<void> {
  let sinceAt = 0;
  for (;;) {
    try {
      const wish = { follow, signal, tail: sinceAt === 0 ? 1000 : 'all', sinceAt } as const;
      await eachLine(engine, container, wish, onLine);
    } catch (error) {
      if (signal?.aborted) return;
      if (!follow || statusOf(error) === null) throw engineError(error, 'Reading the log', engine.endpoint);
    }
    if (!follow || signal?.aborted === true) return;
    // The stream ends with the container; what the next start writes comes after this moment.
    sinceAt = Date.now() / 1000;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface LinesWish {
  readonly follow: boolean;
  readonly tail: number | 'all';
  readonly sinceAt: number;
  readonly signal?: AbortSignal | undefined;
}

async function eachLine(
  engine: Engine,
  container: string,
  { follow, tail, sinceAt, signal }: LinesWish,
  onLine: (line: string) => void,
): Promise<void> {
  const options = { stdout: true, stderr: true, tail: tail as number, since: sinceAt };
  const from = engine.docker.getContainer(container);
  const sink = lineSink(onLine);
  if (!follow) {
    const all = (await from.logs({ ...options, follow: false })) as unknown as Buffer;
    for (const part of partsOf(all)) sink.write(part);
    sink.end();
    return;
  }
  const stream = await from.logs({ ...options, follow: true, abortSignal: signal as AbortSignal });
  const stop = (): void => void (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    engine.docker.modem.demuxStream(stream, sink, sink);
    await new Promise<void>((resolve) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
      stream.once('error', () => resolve());
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    sink.end();
  }
}

// A log without a terminal comes in pieces with a head of 8 bytes: the stream's number and the piece's length
// (Docker Engine API, ContainerAttach).
function* partsOf(all: Buffer): Generator<Buffer> {
  for (let at = 0; at + 8 <= all.byteLength; ) {
    const length = all.readUInt32BE(at + 4);
    yield all.subarray(at + 8, at + 8 + length);
    at += 8 + length;
  }
}

function lineSink(onLine: (line: string) => void): Writable {
  let rest = '';
  return new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(redact(line.replace(/\r$/, '')));
      done();
    },
    final: (done) => {
      if (rest !== '') onLine(redact(rest));
      done();
    },
  });
}
