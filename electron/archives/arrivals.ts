import { RockpoolError } from '../contract/errors.ts';
import type { ArchiveFile } from './archive.ts';

/** The files of a dataset of which some may still be on their way. */
export interface Coming {
  readonly dataset: string;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number | null }[];
  /** Resolves once the file is in the cache, whole and verified; fails with what the pull fails with. */
  ready(name: string, signal?: AbortSignal): Promise<ArchiveFile>;
}

/** Lets any number of readers wait for each file of a pull. */
export class Arrivals {
  readonly #files: ReadonlyMap<string, PromiseWithResolvers<ArchiveFile>>;

  constructor(files: readonly { readonly name: string }[]) {
    this.#files = new Map(files.map(({ name }) => [name, Promise.withResolvers<ArchiveFile>()] as const));
    // A file that nobody waits for may fail too.
    for (const { promise } of this.#files.values()) promise.catch(() => undefined);
  }

  arrive(file: ArchiveFile): void {
    this.#files.get(file.name)?.resolve(file);
  }

  /** Fails all that has not arrived. */
  fail(error: unknown): void {
    for (const { reject } of this.#files.values()) reject(error);
  }

  async ready(name: string, signal?: AbortSignal): Promise<ArchiveFile> {
    signal?.throwIfAborted();
    const file = this.#files.get(name)?.promise;
    if (file === undefined) {
      throw new RockpoolError('internal', `${name} is no file of this pull.`, { detail: { file: name } });
    }
    if (signal === undefined) return file;
    const stop = Promise.withResolvers<never>();
    const abort = () => stop.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([file, stop.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
