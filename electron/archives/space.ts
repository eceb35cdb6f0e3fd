import { formatBytes } from '../contract/bytes.ts';
import { RockpoolError } from '../contract/errors.ts';
import { freeBytes } from '../state/files.ts';

/** What stays free on a disk that Rockpool writes to: 1 GiB. */
export const reserveBytes = 1024 ** 3;

export interface SpaceWish {
  /** A folder, which exists, on the disk in question; what names the disk where `free` is given. */
  readonly folder: string;
  /** Bytes that are free there where somebody else has told, null where nobody can: then nothing is refused. */
  readonly free?: number | null;
  /** What is about to be written there. */
  readonly neededBytes: number;
  /** What must stay free beside it; 1 GiB where it is not given. */
  readonly keepFreeBytes?: number | undefined;
  /** What it is for, such as `Pulling acme`. */
  readonly what: string;
}

const lookEveryBytes = 64 * 1024 ** 2;

/** Looks while something is written whose size nobody knows, or whose size is claimed by somebody else. */
export class SpaceWatch {
  readonly #wish: Pick<SpaceWish, 'folder' | 'what' | 'keepFreeBytes'>;
  // The first bytes are looked at too.
  #untilLookBytes = 0;

  constructor(wish: Pick<SpaceWish, 'folder' | 'what' | 'keepFreeBytes'>) {
    this.#wish = wish;
  }

  /** Counts bytes before they are written. Throws `space_needed` once less is free than has to stay so. */
  async take(bytes: number): Promise<void> {
    this.#untilLookBytes -= bytes;
    if (this.#untilLookBytes > 0) return;
    await requireSpace({ ...this.#wish, neededBytes: bytes });
    this.#untilLookBytes = lookEveryBytes;
  }
}

/** Throws `space_needed`, with the numbers, where a disk has not the room for what is about to be written. */
export async function requireSpace(wish: SpaceWish): Promise<void> {
  const { folder, neededBytes, keepFreeBytes, what } = wish;
  const keep = keepFreeBytes ?? reserveBytes;
  const free = wish.free === undefined ? await freeBytes(folder) : wish.free;
  if (free === null || free >= neededBytes + keep) return;
  const missing = neededBytes + keep - free;
  throw new RockpoolError(
    'space_needed',
    `${what} needs ${formatBytes(neededBytes, Math.ceil)} and ${formatBytes(keep)} to spare, but ${formatBytes(free, Math.floor)} are free.`,
    {
      hint: `Free ${formatBytes(missing, Math.ceil)} on the disk of ${folder}, or put the data folder elsewhere with ROCKPOOL_HOME.`,
      detail: { folder, neededBytes, keepFreeBytes: keep, freeBytes: free },
    },
  );
}
