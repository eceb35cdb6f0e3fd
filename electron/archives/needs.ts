import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { readPublishedName } from '../contract/published.ts';
import type { Publication, PublishedFile } from './archive.ts';

/** What the beginning of a dataset tells of the server that it came from. */
export interface Told {
  /** The major version of PostgreSQL that was dumped, null where nothing says. */
  readonly major: number | null;
  /** The SQL that was looked at: definitions, as far as they could be read without pulling. */
  readonly sql: string;
}

const headBytes = 1024 * 1024;
const mostFiles = 24;

/**
 * Reads the beginnings of a publication's schemas and dumps, a megabyte of each at most, before anything is pulled.
 * What cannot be read tells nothing: the pull says what is wrong with it.
 */
export async function readTold(publication: Publication, signal?: AbortSignal): Promise<Told> {
  const files = publication.files.filter(({ name }) => mayTell(name)).slice(0, mostFiles);
  const heads = await Promise.all(files.map((file) => readHead(file, signal).catch(() => Buffer.alloc(0))));
  const texts = heads.map((head) => head.toString('latin1'));
  const majors = texts.map(majorIn).filter((major) => major !== null);
  return { major: majors.length === 0 ? null : Math.max(...majors), sql: texts.join('\n') };
}

function mayTell(name: string): boolean {
  const { kind } = readPublishedName(name);
  return kind === 'schema' || (kind === 'other' && !/\.csv(\.gz)?$/i.test(name));
}

/** The major version that a dump names: plain SQL in a comment, the others in their head. */
export function majorIn(text: string): number | null {
  const plain = /^-- Dumped from database version (\d+)/m.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const start = text.indexOf('PGDMP');
  if (start < 0) return null;
  // Texts in an archive's head are a sign, four bytes of length with the lowest first, and themselves (pg_backup_archiver.c).
  const head = text.slice(start, start + 600);
  for (const found of head.matchAll(/\0([\s\S])\0\0\0(?=(\d{1,2})(?:\.\d|devel|beta|rc))/g)) {
    const length = String(found[1]).charCodeAt(0);
    const at = (found.index ?? 0) + 5;
    if (/^\d{1,2}(\.\d+|devel|beta\d+|rc\d+)(\.\d+)?( \([^)]*\))?$/.test(head.slice(at, at + length)))
      return Number(found[2]);
  }
  return null;
}

async function readHead(file: PublishedFile, signal: AbortSignal | undefined): Promise<Buffer> {
  const isRanged = file.openRange !== undefined && file.sizeBytes !== null && file.sizeBytes > headBytes;
  const raw =
    isRanged && file.openRange !== undefined
      ? await file.openRange({ start: 0, end: headBytes }, signal)
      : await file.open(signal);
  return unpackHead(await takeBytes(raw));
}

async function takeBytes(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).byteLength;
    // Leaving the loop destroys the stream.
    if (bytes >= headBytes) break;
  }
  return Buffer.concat(parts).subarray(0, headBytes);
}

async function unpackHead(head: Buffer): Promise<Buffer> {
  const magic = head.subarray(0, 4).toString('hex');
  const unpacker = magic.startsWith('1f8b')
    ? createGunzip()
    : magic === '28b52ffd'
      ? createZstdDecompress()
      : null;
  if (unpacker === null) return head;
  const parts: Buffer[] = [];
  let bytes = 0;
  // A head ends in the middle of its file: what came until then is what is wanted.
  const out = pipeline([head], unpacker, () => {});
  try {
    for await (const part of out) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).byteLength;
      if (bytes >= headBytes) break;
    }
  } catch {
    // As said.
  }
  return Buffer.concat(parts).subarray(0, headBytes);
}
