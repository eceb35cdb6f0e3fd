import { Readable } from 'node:stream';
import fc from 'fast-check';

/** Any text of the characters that CSV is about, of both line ends, with and without balance. */
export const csvText = fc
  .array(fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', 'é', '', '\\.', '1'), { maxLength: 60 })
  .map((parts) => parts.join(''));

/** Bytes in pieces of these sizes, over and over; empty ones among them where a size is 0. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] ?? 0);
    // A round of empty pieces would never end.
    const length = size === 0 && turn % 2 === 1 ? 1 : size;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** A stream of a text, in pieces of these sizes. */
export function streamOf(content: string | Buffer, sizes: readonly number[] = []): Readable {
  const pieces = cut(Buffer.from(content), sizes).filter((piece) => piece.length > 0);
  return Readable.from(pieces, { objectMode: false });
}

/** All that a stream gives. */
export async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
