import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { openChecksum, type RunningChecksum } from './checksum.ts';
import type { HashAnswer, HashRequest } from './hash-thread.ts';

interface Track {
  readonly file: number;
  /** SHA-256 is asked for in between, other sums in the end. */
  readonly sum: Hash | RunningChecksum;
  at: number;
  failure: unknown;
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

function handle(request: HashRequest): string {
  if (request.what === 'open') {
    const { track, path, from, kind } = request;
    const sum = kind === 'sha256' ? createHash('sha256') : openChecksum(kind);
    tracks.set(track, { file: openSync(path, 'r'), sum, at: from, failure: null });
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
  if (track.failure !== null) throw track.failure;
  return 'copy' in track.sum ? track.sum.digest('base64') : track.sum.base64();
}

function advance(track: Track, to: number): void {
  try {
    while (track.at < to) {
      const wanted = Math.min(buffer.length, to - track.at);
      const read = readSync(track.file, buffer, 0, wanted, track.at);
      if (read === 0)
        throw Object.assign(new Error('the file is shorter than what was written'), { code: 'EIO' });
      track.sum.update(buffer.subarray(0, read));
      track.at += read;
    }
  } catch (error) {
    track.failure = error;
    throw error;
  }
}
