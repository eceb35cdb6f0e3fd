import { type Bytes, readAll } from './bytes.ts';
import { damaged, unreadable } from './damage.ts';

/** What the first and the last lines of a dump in plain SQL say. */
export interface Frame {
  /** PostgreSQL's name of the encoding. */
  readonly encoding: string;
  /** True for the output of pg_dumpall. */
  readonly isCluster: boolean;
}

const headBytes = 64 * 1024;
const tailBytes = 4096;

/**
 * Reads the frame of a dump. Throws `archive_damaged` where pg_dump wrote its beginning and its last line is not there,
 * and `format_unknown` where the encoding is not one throughout, other than in the dump of a cluster.
 */
export async function readFrame(bytes: Bytes, signal?: AbortSignal): Promise<Frame> {
  const { file, sizeBytes } = bytes;
  const part = async (start: number, end: number): Promise<string> =>
    (await readAll(bytes.read(start, end, signal), file, headBytes)).toString('latin1');
  const head = await part(0, Math.min(headBytes, sizeBytes));
  const tail = await part(Math.max(0, sizeBytes - tailBytes), sizeBytes);
  const isCluster = /^-- PostgreSQL database cluster dump\r?$/m.test(head);
  const isDump = /^-- PostgreSQL database dump\r?$/m.test(head);
  const isWhole = isCluster
    ? /^-- PostgreSQL database cluster dump complete\r?$/m.test(tail)
    : /^-- PostgreSQL database dump complete\r?$/m.test(tail);
  if ((isCluster || isDump) && !isWhole) throw damaged(file, 'its last line is missing', sizeBytes);
  const named = [...head.matchAll(/^SET client_encoding (?:=|TO) '?([\w-]+)'?;/gim)].map(
    ([, name]) => name ?? '',
  );
  const encodings = [...new Set(named)];
  if (encodings.length > 1 && !isCluster) {
    throw unreadable(file, 'its text is in several encodings', 'Export it with pg_dump --encoding=UTF8.');
  }
  return { encoding: encodings[0] ?? 'UTF8', isCluster };
}
