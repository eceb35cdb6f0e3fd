import type { LargeObject } from '../contents.ts';
import type { Toc, TocEntry } from './toc.ts';

/** A dump by pg_dump with a table of contents: custom, directory or tar format. */
export interface Dump {
  readonly file: string;
  /** For people, as `pg_dump custom`. */
  readonly format: string;
  readonly toc: Toc;
  /** Bytes that the data of an entry takes in the file, for an idea of the work. */
  sizeOf(entry: TocEntry): number;
  /** The data of an entry as pg_dump wrote it, decompressed. `onBytes` hears of the bytes of the file. */
  open(entry: TocEntry, onBytes: (bytes: number) => void, signal?: AbortSignal): AsyncGenerator<Buffer>;
  largeObjects(entry: TocEntry, signal?: AbortSignal): AsyncGenerator<LargeObject>;
}
