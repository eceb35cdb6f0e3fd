import { rm } from 'node:fs/promises';
import type { Core } from '../../state/core.ts';
import { writeAll } from '../../state/durable.ts';
import { fileError } from '../../state/files.ts';
import { makeIncoming } from '../incoming.ts';
import { SpaceWatch } from '../space.ts';
import { type Bytes, bytesOfFile } from './bytes.ts';

/**
 * Files that a compressed archive is unpacked into, so that its tables can be read side by side. They lie in the cache,
 * under names by which a later start finds them if this process dies, and all go on `close`.
 */
export class Unpacked {
  readonly #core: Core;
  readonly #paths: string[] = [];

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * Writes all that comes into a file. Throws `space_needed` as soon as that leaves less than 1 GiB free, whatever the
   * archive says of its size (faults C22).
   */
  async add(chunks: AsyncIterable<Buffer>, file: string, signal?: AbortSignal): Promise<Bytes> {
    const incoming = await makeIncoming(this.#core);
    this.#paths.push(incoming.path);
    // Others write to the same disk meanwhile.
    const space = new SpaceWatch({ folder: this.#core.paths.cache, what: `Unpacking ${file}` });
    let sizeBytes = 0;
    try {
      for await (const chunk of chunks) {
        signal?.throwIfAborted();
        sizeBytes += chunk.length;
        await space.take(chunk.length);
        await writeAll(incoming.file, chunk);
      }
    } catch (error) {
      throw fileError(error, incoming.path, 'written');
    } finally {
      await incoming.file.close();
    }
    return bytesOfFile(incoming.path, file, sizeBytes);
  }

  async close(): Promise<void> {
    for (const path of this.#paths.splice(0)) await rm(path, { force: true });
  }
}
