import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { openChecksum, type RunningChecksum } from './checksum.ts';
import { CsvCounter } from './count.ts';
import type { HashAnswer, HashRequest } from './hash-thread.ts';

interface Track {
  readonly file: number;
  /** SHA-256 is asked for in between, other sums in the end. */
  readonly sum: Hash | RunningChecksum;
  readonly counter: CsvCounter | null;
  at: number;
}

const buffer = Buffer.allocUnsafe(1024 * 1024);
const tracks = new Map<number, Track>();

parentPort?.on('message', (request: HashRequest) => {
  let answer: HashAnswer;
  try {
    answer = { turn: request.turn, value: handle(request) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    answer = { turn: request.turn, failed: { code, message } };
  }
  parentPort?.postMessage(answer);
});

function handle(request: HashRequest): string | object {
  if (request.what === 'open') {
    const { track, path, from, kind, counts } = request;
    tracks.set(track, {
      file: openSync(path, 'r'),
      sum: kind === 'sha256' ? createHash('sha256') : openChecksum(kind),
      counter: counts ? new CsvCounter() : null,
      at: from,
    });
    return '';
  }
  const track = tracks.get(request.track);
  if (track === undefined) throw new Error('no such track');
  if (request.what === 'advance') {
    advance(track, request.to);
    return 'copy' in track.sum ? track.sum.copy().digest('base64') : '';
  }
  tracks.delete(request.track);
  closeSync(track.file);
  const { counter } = track;
  return {
    sum: 'copy' in track.sum ? track.sum.digest('base64') : track.sum.base64(),
    records: counter?.records ?? 0,
    lines: counter?.lines ?? 0,
    endsOpen: counter?.open ?? false,
  };
}

function advance(track: Track, to: number): void {
  while (track.at < to) {
    const wanted = Math.min(buffer.length, to - track.at);
    const read = readSync(track.file, buffer, 0, wanted, track.at);
    if (read === 0)
      throw Object.assign(new Error('the file is shorter than what was written'), { code: 'EIO' });
    const bytes = buffer.subarray(0, read);
    track.sum.update(bytes);
    track.counter?.push(bytes);
    track.at += read;
  }
}
