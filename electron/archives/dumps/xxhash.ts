import type { IHasher } from 'hash-wasm';

/** XXH32 with seed 0, as LZ4 frames have it. */
export interface XxHash {
  /** Of bytes that are here as a whole. */
  of(bytes: Uint8Array): number;
  /** Begins one of bytes that go by. */
  open(): Promise<RunningXxHash>;
}

/** A hash that is worked out as bytes go by. */
export interface RunningXxHash {
  update(bytes: Uint8Array): void;
  /** To be asked once, at the end. */
  digest(): number;
}

let loaded: Promise<XxHash> | null = null;

/** Loads it once: few archives need it. */
export function loadXxHash(): Promise<XxHash> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<XxHash> {
  const { createXXHash32 } = await import('hash-wasm');
  // Begun and ended in one go, so that any number of readers may share it.
  const shared = await createXXHash32();
  return {
    of: (bytes) => numberOf(shared.init().update(bytes)),
    open: async () => {
      const hasher = (await createXXHash32()).init();
      return { update: (bytes) => void hasher.update(bytes), digest: () => numberOf(hasher) };
    },
  };
}

function numberOf(hasher: IHasher): number {
  return Number.parseInt(hasher.digest('hex'), 16);
}
