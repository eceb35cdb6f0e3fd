import { RockpoolError } from '../contract/errors.ts';
import type { RunningServer } from '../servers/server.ts';

// PostgreSQL compresses long values as it stores them, so that honest rows can be larger as text than on the disk.
const textPerByte = 4;
const lookEveryBytes = 128 * 1024 * 1024;

/** Where the server has its data. */
export type Disk = Pick<RunningServer, 'place' | 'freeBytes'>;

/**
 * How much an archive may still unpack into: an archive of a few megabytes can hold rows without end (faults C22). What it
 * claims of its size counts for nothing, nor how well it is compressed: columns that repeat one value do so honestly.
 */
export class Room {
  readonly #server: Disk;
  readonly #keepFreeBytes: number;
  #leftBytes: number;
  #unseenBytes = 0;

  private constructor(server: Disk, keepFreeBytes: number, leftBytes: number) {
    this.#server = server;
    this.#keepFreeBytes = keepFreeBytes;
    this.#leftBytes = leftBytes;
  }

  /** Looks how much is free where the server has its data; where nobody can tell there is no limit. */
  static async open(server: Disk, keepFreeBytes: number): Promise<Room> {
    const free = await server.freeBytes();
    const left = free === null ? Number.POSITIVE_INFINITY : (free - keepFreeBytes) * textPerByte;
    return new Room(server, keepFreeBytes, left);
  }

  /**
   * Counts bytes of rows before they go to the server. Throws `space_needed` once more have come than could ever fit, or
   * once less is free than has to stay so.
   */
  async take(bytes: number): Promise<void> {
    this.#leftBytes -= bytes;
    this.#unseenBytes += bytes;
    if (this.#leftBytes < 0) throw this.#full(null);
    if (this.#unseenBytes < lookEveryBytes) return;
    this.#unseenBytes = 0;
    const free = await this.#server.freeBytes();
    if (free !== null && free < this.#keepFreeBytes) throw this.#full(free);
  }

  #full(freeBytes: number | null): RockpoolError {
    return full(this.#server, this.#keepFreeBytes, freeBytes);
  }
}

/** Looks at the disk while statements run, whose rows nobody counts. */
export interface RoomWatch extends Disposable {
  /** Aborted with the job, and with `space_needed` once less is free than has to stay so. */
  readonly signal: AbortSignal;
}

const lookEveryMs = 500;
// Asking inside of a container takes a while.
const shareOfTime = 10;

/** Watches until it is disposed of: SQL can make rows without end out of a few words (faults C22). */
export function watchRoom(server: Disk, keepFreeBytes: number, signal: AbortSignal): RoomWatch {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const look = async (): Promise<void> => {
    const startedAt = performance.now();
    // A server that does not answer says so to those who work with it.
    const free = await server.freeBytes().catch(() => null);
    if (over) return;
    if (free !== null && free < keepFreeBytes) ended.abort(full(server, keepFreeBytes, free));
    else timer = setTimeout(look, Math.max(lookEveryMs, (performance.now() - startedAt) * shareOfTime));
  };
  timer = setTimeout(look, lookEveryMs);
  return {
    signal: AbortSignal.any([signal, ended.signal]),
    [Symbol.dispose]: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}

function full({ place }: Disk, keepFreeBytes: number, freeBytes: number | null): RockpoolError {
  return new RockpoolError('space_needed', `The archive unpacks into more than ${place} has room for.`, {
    hint: 'Nothing of it was kept. Free some space there, or ask those who publish it how large it is.',
    detail: { place, keepFreeBytes, ...(freeBytes === null ? {} : { freeBytes }) },
  });
}
