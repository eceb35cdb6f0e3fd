import type { FileChecksum } from './archive.ts';
import { HashThread, type ThreadTrack } from './hash-thread.ts';

/** Bytes of a file that are hashed in their order, as they are written. */
export interface Track {
  /** Hashes on up to this place of the file, and gives the SHA-256 of all since the track's beginning, in hexadecimal. */
  advance(to: number): Promise<string>;
  /** Gives the other checksum in base64, null where none was asked for. */
  close(): Promise<string | null>;
}

type Kind = FileChecksum['algorithm'];

interface Worked {
  readonly thread: HashThread;
  /** What the sums that are open take together, a SHA-256 taking 1. */
  cost: number;
}

// Measured with the processor's own instructions: SHA-256 1,800 MB/s, SHA-1 2,000, MD5 780, CRC-32 4,900; the other CRCs,
// which are ours, 450 and 320.
const costs: Readonly<Record<Kind, number>> = {
  sha256: 1,
  sha1: 1,
  md5: 2,
  crc32: 0.5,
  crc32c: 4,
  crc64nvme: 5,
};

/**
 * Hashes files behind their writers, in threads of its own: the one that takes bytes from the network has nothing to
 * spare. Measured: hashed there as they come, bytes of a local server arrive at half the speed. What a source's checksum
 * takes is worked out beside the SHA-256, not after it, and of several files each thread gets its share. Where nobody asks
 * for such a checksum there is one thread: a second one would only be one more to start.
 */
export class Hasher {
  readonly #threads: [Worked, ...Worked[]] = [newWorked()];

  /** Begins at `from`. */
  track(path: string, from: number, algorithm: Kind | null = null): Track {
    const hash = this.#open(path, from, 'sha256');
    const sum = algorithm === null || algorithm === 'sha256' ? null : this.#openBeside(path, from, algorithm);
    return {
      advance: async (to) => {
        sum?.advance(to).catch(() => undefined);
        return Buffer.from(await hash.advance(to), 'base64').toString('hex');
      },
      close: async () => {
        const [sha256, other] = await Promise.all([hash.close(), sum?.close() ?? null]);
        return other ?? (algorithm === 'sha256' ? sha256 : null);
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ thread }) => thread.close()));
  }

  #openBeside(path: string, from: number, kind: Kind): ThreadTrack {
    if (this.#threads.length < 2) this.#threads.push(newWorked());
    return this.#open(path, from, kind);
  }

  #open(path: string, from: number, kind: Kind): ThreadTrack {
    const [first, ...others] = this.#threads;
    const least = others.reduce((one, other) => (other.cost < one.cost ? other : one), first);
    const cost = costs[kind];
    least.cost += cost;
    const track = least.thread.open({ path, from, kind });
    return {
      advance: track.advance,
      close: () =>
        track.close().finally(() => {
          least.cost -= cost;
        }),
    };
  }
}

function newWorked(): Worked {
  return { thread: new HashThread(), cost: 0 };
}
