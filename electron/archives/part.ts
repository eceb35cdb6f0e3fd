import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushData, syncAndCheck } from '../state/durable.ts';
import { fileError } from '../state/files.ts';
import type { FileChecksum } from './archive.ts';
import type { Hasher, Track } from './hasher.ts';
import type { PartNotes, PartRange } from './part-record.ts';

/** A stretch of the file: from `start` to `at` it has come, from there to `end` it has not. */
export interface Span {
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

interface FollowedSpan extends Span {
  at: number;
  end: number;
  isTaken: boolean;
  readonly track: Track;
  hashed: number;
  sha256: string;
  hashedAt: number;
  following: boolean;
}

const mebibyte = 1024 * 1024;
/** Spans begin at multiples of this. */
const stepBytes = mebibyte;
/** Hashing goes on once so much has been written, or after so long: each turn takes messages there and back. */
const hashBytes = 8 * mebibyte;
const hashEveryMs = 250;
/** A span is not divided where less than twice this is left of it. */
const leastBytes = 16 * mebibyte;
const recordEveryMs = 250;
/** The disk is told to write down what came so often: left to the end, that would take as long as the pull itself. */
const flushBytes = 32 * mebibyte;

export interface PartOptions {
  readonly notes: PartNotes;
  readonly sizeBytes: number;
  readonly checksum: FileChecksum | null;
  readonly hasher: Hasher;
}

/**
 * A file that comes in several stretches at once, hashed behind its writers and noted down as far as that is, so that
 * it can be gone on with after a crash. What earlier notes say is hashed again before it is used.
 */
export class PartFile {
  readonly #file: FileHandle;
  readonly #options: PartOptions;
  readonly #spans: FollowedSpan[];
  readonly #hashed = Promise.withResolvers<string>();
  #ended = false;
  #unflushed = 0;
  #flushing: Promise<void> | null = null;
  #noting: Promise<void> | null = null;
  #notedAt = 0;

  private constructor(file: FileHandle, options: PartOptions, spans: FollowedSpan[]) {
    this.#file = file;
    this.#options = options;
    this.#spans = spans;
    this.#hashed.promise.catch(() => undefined);
    for (const span of spans) this.#follow(span);
  }

  static async open(options: PartOptions): Promise<PartFile> {
    const { notes } = options;
    const ranges = await notes.read();
    let file: FileHandle;
    try {
      await mkdir(dirname(notes.path), { recursive: true, mode: 0o700 });
      // Without notes nothing of what lies there is known.
      file = await open(notes.path, ranges.length > 0 ? 'r+' : 'w+', 0o600).catch(() =>
        open(notes.path, 'w+', 0o600),
      );
    } catch (error) {
      throw fileError(error, notes.path, 'written');
    }
    try {
      return new PartFile(file, options, await openSpans(options, ranges));
    } catch (error) {
      await file.close();
      throw fileError(error, notes.path, 'read');
    }
  }

  /** Bytes that are there already. */
  get haveBytes(): number {
    return this.#spans.reduce((sum, { start, at }) => sum + at - start, 0);
  }

  /** A stretch that nobody works on; where there is none, half of what is left of the one with the most to do. */
  take(): Span | null {
    const free = this.#spans.find((span) => !span.isTaken && span.at < span.end);
    if (free !== undefined) {
      free.isTaken = true;
      return free;
    }
    const left = ({ at, end }: Span) => end - at;
    const [most] = this.#spans.toSorted((a, b) => left(b) - left(a));
    if (most === undefined || left(most) < 2 * leastBytes) return null;
    const { end } = most;
    const start = end - Math.floor(left(most) / 2 / stepBytes) * stepBytes;
    const span = openSpan(this.#options, { start, at: start, end });
    most.end = start;
    span.isTaken = true;
    this.#spans.push(span);
    this.#spans.sort((a, b) => a.start - b.start);
    return span;
  }

  /** Lets another go on with a stretch. */
  release(span: Span): void {
    const found = this.#spans.find((one) => one === span);
    if (found !== undefined) found.isTaken = false;
  }

  /** Writes what came next of a stretch. What reaches beyond its end, since it was divided, is left out. */
  async write(span: Span, chunks: readonly Buffer[]): Promise<void> {
    const found = this.#spans.find((one) => one === span);
    if (found === undefined) return;
    let written = 0;
    try {
      written = await writeAllAt(this.#file, chunks, found.at);
    } catch (error) {
      throw fileError(error, this.#options.notes.path, 'written');
    }
    this.#flush(written);
    // Beyond its end stand the same bytes that who took over writes there.
    found.at = Math.min(found.at + written, found.end);
    this.#follow(found);
    const head = this.#spans[0];
    if (head !== undefined && head !== found) this.#follow(head);
  }

  /** Waits until all is hashed and flushed, and closes the file. */
  async finish(): Promise<{ sha256: string; checksum: string | null }> {
    const sha256 = await this.#hashed.promise;
    this.#ended = true;
    const [head, ...others] = this.#spans;
    if (head === undefined) throw new Error('a part has a first span');
    const checksum = await head.track.close();
    for (const { track } of others) await track.close();
    await this.#noting;
    await this.#flushing;
    await syncAndCheck(this.#file, this.#options.sizeBytes);
    await this.#file.close();
    return { sha256, checksum };
  }

  /** Stops: what is known is noted down for the next pull, where `keep`; else nothing stays. */
  async stop(keep: boolean): Promise<void> {
    this.#ended = true;
    this.#hashed.reject(new Error('stopped'));
    if (keep) await this.#catchUp();
    await this.#noting;
    await this.#flushing;
    const ranges = this.#ranges();
    if (keep && ranges.length > 0) await this.#options.notes.write(ranges).catch(() => undefined);
    await this.#file.close().catch(() => undefined);
    if (!keep || ranges.length === 0) await this.#options.notes.remove();
    await Promise.all(this.#spans.map(({ track }) => track.close().catch(() => undefined)));
  }

  #flush(written: number): void {
    this.#unflushed += written;
    if (this.#unflushed < flushBytes || this.#flushing !== null) return;
    this.#unflushed = 0;
    this.#flushing = flushData(this.#file)
      // The last one, which counts, fails as well then.
      .catch(() => undefined)
      .finally(() => {
        this.#flushing = null;
      });
  }

  /** Hashes what has been written and not hashed. */
  async #catchUp(): Promise<void> {
    const reached = this.#spans.map(async (span) => {
      const reach = Math.max(span.hashed, this.#reach(span));
      const sha256 = await span.track.advance(reach);
      Object.assign(span, { hashed: reach, sha256 });
    });
    // What cannot be hashed any more is pulled again.
    await Promise.allSettled(reached);
  }

  /** How far a span can be hashed: the first one goes on through all that follows it without a gap. */
  #reach(span: FollowedSpan): number {
    if (span !== this.#spans[0]) return span.at;
    let reach = 0;
    for (const { start, at } of this.#spans) {
      if (start > reach) break;
      reach = Math.max(reach, at);
    }
    return reach;
  }

  #follow(span: FollowedSpan): void {
    if (this.#ended) return;
    const { sizeBytes } = this.#options;
    const reach = this.#reach(span);
    const isHead = span === this.#spans[0];
    if (isHead && span.hashed === sizeBytes) this.#hashed.resolve(span.sha256);
    const isEnd = reach === (isHead ? sizeBytes : span.end);
    const isDue = reach - span.hashed >= hashBytes || performance.now() - span.hashedAt >= hashEveryMs;
    if (span.following || reach <= span.hashed || !(isDue || isEnd)) return;
    span.following = true;
    span.hashedAt = performance.now();
    span.track.advance(reach).then(
      (sha256) => {
        span.hashed = reach;
        span.sha256 = sha256;
        span.following = false;
        this.#note();
        this.#follow(span);
      },
      (error: unknown) => this.#hashed.reject(fileError(error, this.#options.notes.path, 'read')),
    );
  }

  #note(): void {
    if (this.#ended || this.#noting !== null || performance.now() - this.#notedAt < recordEveryMs) return;
    this.#notedAt = performance.now();
    this.#noting = this.#options.notes
      .write(this.#ranges())
      // Without notes the next pull starts over: no reason to end this one.
      .catch(() => undefined)
      .finally(() => {
        this.#noting = null;
      });
  }

  #ranges(): PartRange[] {
    return this.#spans
      .filter(({ start, hashed }) => hashed > start)
      .map(({ start, hashed, sha256 }) => ({ start, end: hashed, sha256 }));
  }
}

function openSpan(options: PartOptions, { start, at, end }: Span): FollowedSpan {
  const { notes, checksum, hasher } = options;
  // The source's checksum is one of the whole file.
  const track = hasher.track(notes.path, start, start === 0 ? (checksum?.algorithm ?? null) : null);
  const hashedAt = performance.now();
  return { start, at, end, track, isTaken: false, hashed: start, sha256: '', hashedAt, following: false };
}

async function openSpans(options: PartOptions, ranges: readonly PartRange[]): Promise<FollowedSpan[]> {
  const { sizeBytes } = options;
  const spans: FollowedSpan[] = [];
  for (const { start, end, sha256 } of ranges) {
    const last = spans.at(-1);
    // The first span's hash runs on through those behind it, so that two may speak of the same bytes.
    const from = last === undefined ? start : Math.max(start, last.at);
    if (from >= end) continue;
    const span = openSpan(options, { start, at: end, end: sizeBytes });
    const isSame = await span.track.advance(end).then(
      (found) => found === sha256,
      // Shorter than the notes say, as after a power cut.
      () => false,
    );
    if (!isSame) {
      await span.track.close().catch(() => undefined);
      continue;
    }
    span.hashed = end;
    span.sha256 = sha256;
    if (last !== undefined && start <= last.at) {
      // What the former has is a part of this.
      last.at = end;
      await span.track.close();
    } else {
      if (last !== undefined) last.end = start;
      spans.push(span);
    }
  }
  const first = spans[0];
  if (first?.start !== 0)
    spans.unshift(openSpan(options, { start: 0, at: 0, end: first?.start ?? sizeBytes }));
  return spans;
}

/** Writes every byte at this place, and goes on where a write was short. */
async function writeAllAt(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<number> {
  const wanted = chunks.reduce((sum, { length }) => sum + length, 0);
  let { bytesWritten: done } = await file.writev([...chunks], position);
  if (done === wanted) return wanted;
  const all = Buffer.concat(chunks);
  while (done < wanted) {
    const { bytesWritten } = await file.write(all, done, wanted - done, position + done);
    if (bytesWritten === 0) throw Object.assign(new Error('write of zero bytes'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
  return wanted;
}
