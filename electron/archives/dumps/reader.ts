import type { Bytes } from './bytes.ts';
import { damaged } from './damage.ts';

// Up to here bytes are read and thrown away; beyond, a new reading begins further on.
const farBytes = 1024 * 1024;

/** Reads bytes one after another. Every length is held against what is left before anything is made of that size. */
export class ByteReader {
  readonly #bytes: Bytes;
  readonly #signal: AbortSignal | undefined;
  #chunks: AsyncGenerator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  // Where in the bytes the chunk begins.
  #base: number;

  constructor(bytes: Bytes, position = 0, signal?: AbortSignal) {
    this.#bytes = bytes;
    this.#signal = signal;
    this.#base = position;
    this.#chunks = bytes.read(position, bytes.sizeBytes, signal);
  }

  get position(): number {
    return this.#base + this.#at;
  }

  get leftBytes(): number {
    return this.#bytes.sizeBytes - this.position;
  }

  async byte(): Promise<number> {
    if (this.#at >= this.#chunk.length) await this.#next();
    return this.#chunk[this.#at++] as number;
  }

  /** The next bytes as a buffer of their own. */
  async take(count: number): Promise<Buffer> {
    this.#require(count);
    const taken = Buffer.allocUnsafe(count);
    for (let filled = 0; filled < count; ) {
      if (this.#at >= this.#chunk.length) await this.#next();
      const copied = this.#chunk.copy(taken, filled, this.#at, this.#at + count - filled);
      filled += copied;
      this.#at += copied;
    }
    return taken;
  }

  /** The bytes that are here already, none at the end of a chunk. `advance` goes past some of them. */
  get atHand(): Buffer {
    return this.#chunk.subarray(this.#at);
  }

  advance(count: number): void {
    this.#at += Math.min(count, this.#chunk.length - this.#at);
  }

  /** Waits until bytes are at hand. Throws `archive_damaged` at the end. */
  async more(): Promise<void> {
    if (this.#at >= this.#chunk.length) await this.#next();
  }

  async skip(count: number): Promise<void> {
    this.#require(count);
    if (count > farBytes && count > this.#chunk.length - this.#at) {
      const position = this.position + count;
      await this.close();
      this.#base = position;
      this.#chunk = Buffer.alloc(0);
      this.#at = 0;
      this.#chunks = this.#bytes.read(position, this.#bytes.sizeBytes, this.#signal);
      return;
    }
    for (let left = count; left > 0; ) {
      if (this.#at >= this.#chunk.length) await this.#next();
      const step = Math.min(left, this.#chunk.length - this.#at);
      this.#at += step;
      left -= step;
    }
  }

  /** The error for what is wrong right here. */
  damaged(problem: string): Error {
    return damaged(this.#bytes.file, problem, this.position);
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  #require(count: number): void {
    if (count > this.leftBytes)
      throw this.damaged(`${count} bytes should follow, but ${this.leftBytes} are left`);
  }

  async #next(): Promise<void> {
    this.#base += this.#chunk.length;
    this.#at = 0;
    this.#chunk = Buffer.alloc(0);
    const { done, value } = await this.#chunks.next();
    if (done === true || value.length === 0) throw this.damaged('it ends early');
    this.#chunk = value;
  }
}
