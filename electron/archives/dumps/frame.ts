import { type Bytes, readAll } from './bytes.ts';

/** What the first and the last lines of a dump in plain SQL say. */
export interface Frame {
  /** PostgreSQL's name of the encoding. */
  readonly encoding: string;
  /** True for the output of pg_dumpall. */
  readonly isCluster: boolean;
  /** False where pg_dump wrote the beginning and its last line is nowhere. */
  readonly isWhole: boolean;
}

const headBytes = 64 * 1024;
const tailBytes = 256 * 1024;

/** Reads the frame of a dump. Other statements may stand behind what pg_dump has written. */
export async function readFrame(bytes: Bytes, signal?: AbortSignal): Promise<Frame> {
  const { file, sizeBytes } = bytes;
  const headEnd = Math.min(headBytes, sizeBytes);
  const head = (await readAll(bytes.read(0, headEnd, signal), file, headBytes)).toString('latin1');
  const isCluster = /^-- PostgreSQL database cluster dump\r?$/m.test(head);
  const isDump = /^-- PostgreSQL database dump\r?$/m.test(head);
  const last = isCluster
    ? '-- PostgreSQL database cluster dump complete'
    : '-- PostgreSQL database dump complete';
  const isWhole = !(isCluster || isDump) || (await endsWith(bytes, last, signal));
  const [, encoding = 'UTF8'] = /^SET client_encoding (?:=|TO) '?([\w-]+)'?;/im.exec(head) ?? [];
  return { encoding, isCluster, isWhole };
}

// What else a publisher has written stands behind it, so it is looked for from the end on.
async function endsWith(bytes: Bytes, line: string, signal?: AbortSignal): Promise<boolean> {
  for (let end = bytes.sizeBytes; end > 0; end -= tailBytes) {
    const start = Math.max(0, end - tailBytes - line.length - 2);
    const part = (await readAll(bytes.read(start, end, signal), bytes.file, 2 * tailBytes)).toString(
      'latin1',
    );
    const at = part.lastIndexOf(line);
    const isLine =
      at !== -1 &&
      (at + start === 0 || part[at - 1] === '\n') &&
      /^\r?(\n|$)/.test(part.slice(at + line.length, at + line.length + 2));
    if (isLine) return true;
  }
  return false;
}
