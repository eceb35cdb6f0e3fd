import type { FileChecksum } from './archive.ts';
import { HashThread } from './hash-thread.ts';

/** What is known of the bytes of a track when it is closed. */
export interface Counted {
  /** In base64, null where no algorithm was given. */
  readonly checksum: string | null;
  readonly records: number;
  readonly lines: number;
  readonly endsOpen: boolean;
}

/** Bytes of a file that are hashed in their order, as they are written. */
export interface Track {
  /** Hashes on up to this place of the file, and gives the SHA-256 of all since the track's beginning, in hexadecimal. */
  advance(to: number): Promise<string>;
  close(): Promise<Counted>;
}

/**
 * Hashes files behind their writers, in threads of its own: the one that takes bytes from the network has nothing to
 * spare. Measured: hashed there as they come, bytes of a local server arrive at half the speed. What a source's checksum
 * takes (MD5: 500 MB/s) is worked out beside the SHA-256 (1,100 MB/s), not after it.
 */
export class Hasher {
  readonly #hashes = new HashThread();
  readonly #sums = new HashThread();

  /** Begins at `from`. `counts` counts lines and records, for tracks that begin at 0. */
  track(
    path: string,
    from: number,
    {
      algorithm = null,
      counts = false,
    }: { algorithm?: FileChecksum['algorithm'] | null; counts?: boolean } = {},
  ): Track {
    const hash = this.#hashes.open({ path, from, kind: 'sha256', counts });
    const isOwn = algorithm !== null && algorithm !== 'sha256';
    const sum = isOwn ? this.#sums.open({ path, from, kind: algorithm, counts: false }) : null;
    let summing: Promise<unknown> = Promise.resolve();
    let last = '';
    return {
      advance: async (to) => {
        if (sum !== null) {
          summing = sum.advance(to);
          summing.catch(() => undefined);
        }
        last = await hash.advance(to);
        return Buffer.from(last, 'base64').toString('hex');
      },
      close: async () => {
        const [counted, checksum] = await Promise.all([hash.close(), sum?.close() ?? null, summing]);
        return { ...counted, checksum: checksum?.sum ?? (algorithm === 'sha256' ? counted.sum : null) };
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#hashes.close(), this.#sums.close()]);
  }
}
