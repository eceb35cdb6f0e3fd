import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { requireSpace } from '../archives/space.ts';
import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName, requireSafeName } from '../contract/published.ts';
import type { Parts } from '../installs/parts.ts';
import { fileError } from '../state/files.ts';
import { readSetting } from '../state/settings.ts';

const keptMs = 24 * 3600 * 1000;

/** Files and folders that were dropped on a tab, on their way to an install. */
export interface UploadsApp {
  /** Throws `unsafe_name` or `space_needed`. */
  beginUpload(name: string, sizeBytes: number): Promise<{ id: string }>;
  /** Throws `unsafe_name`, `source_only_raw` for a raw file, `pull_mismatch` for bytes that do not follow, `disk_full`. */
  appendUpload(
    id: string,
    path: readonly string[],
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ receivedBytes: number }>;
  /** Throws `pull_incomplete` where bytes are missing. */
  finishUpload(id: string): Promise<{ path: string }>;
  discardUpload(id: string): Promise<void>;
  /** Removes the upload that a path lies in; any other path is left alone. */
  forgetUploaded(path: string): Promise<void>;
}

interface Upload {
  readonly folder: string;
  readonly name: string;
  readonly sizeBytes: number;
  receivedBytes: number;
  readonly sizes: Map<string, number>;
  /** Pieces are written one after the other, in whatever way they are sent. */
  last: Promise<unknown>;
}

/** Receives what is dropped on a tab into a 0700 folder in the cache's; what is older than a day goes. */
export function openUploads({ core }: Parts): UploadsApp {
  const root = join(core.paths.cache, 'uploads');
  const known = new Map<string, Upload>();
  const get = (id: string): Upload => {
    const upload = known.get(id);
    if (upload !== undefined) return upload;
    throw new RockpoolError('file_unreadable', 'What was dropped is not here any more.', {
      hint: 'Drop it again.',
      detail: { upload: id },
    });
  };
  const discard = async (id: string): Promise<void> => {
    const last = known.get(id)?.last;
    known.delete(id);
    // What is being written would make its folder again.
    await last;
    await rm(join(root, id), { recursive: true, force: true });
  };
  return {
    beginUpload: async (name, sizeBytes) => {
      requireSafeName(name, 'What was dropped');
      refuseRaw(name);
      await removeOld(root);
      const id = randomBytes(8).toString('hex');
      const folder = join(root, id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const keepFreeBytes = readSetting(core.state, 'keepFreeBytes');
      try {
        // Once here, once in the cache: it is there twice until the install has ended.
        await requireSpace({
          folder,
          neededBytes: 2 * sizeBytes,
          keepFreeBytes,
          what: `Taking in ${name}`,
        });
      } catch (error) {
        await discard(id);
        throw error;
      }
      known.set(id, {
        folder,
        name,
        sizeBytes,
        receivedBytes: 0,
        sizes: new Map(),
        last: Promise.resolve(),
      });
      return { id };
    },
    appendUpload: async (id, path, offset, bytes) => {
      const upload = get(id);
      const written = upload.last.then(() => append(upload, path, offset, bytes));
      upload.last = written.catch(() => {});
      await written;
      return { receivedBytes: upload.receivedBytes };
    },
    finishUpload: async (id) => {
      const upload = get(id);
      await upload.last;
      if (upload.receivedBytes !== upload.sizeBytes || upload.sizes.size === 0) {
        throw new RockpoolError('pull_incomplete', `${upload.name} did not come whole.`, {
          hint: 'Drop it again.',
          detail: { expectedBytes: upload.sizeBytes, receivedBytes: upload.receivedBytes },
        });
      }
      return { path: join(upload.folder, upload.name) };
    },
    discardUpload: discard,
    forgetUploaded: async (path) => {
      const id = path.startsWith(root + sep) ? path.slice(root.length + 1).split(sep)[0] : undefined;
      if (id !== undefined && /^[0-9a-f]{16}$/.test(id)) await discard(id);
    },
  };
}

async function append(
  upload: Upload,
  path: readonly string[],
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  for (const part of path) requireSafeName(part, upload.name);
  refuseRaw(path.at(-1) ?? '');
  if (path[0] !== upload.name) throw mismatch(upload, path);
  // On some file systems names that differ in case or composition alone are one file.
  const key = path.join('/').normalize('NFC').toLowerCase();
  const size = upload.sizes.get(key) ?? 0;
  const isNew = !upload.sizes.has(key);
  if (offset !== size || upload.receivedBytes + bytes.length > upload.sizeBytes) throw mismatch(upload, path);
  const file = join(upload.folder, ...path);
  try {
    if (isNew) await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    await using handle = await open(file, isNew ? 'wx' : 'a', 0o600);
    await handle.writeFile(bytes);
  } catch (error) {
    throw fileError(error, file, 'written');
  }
  upload.sizes.set(key, size + bytes.length);
  upload.receivedBytes += bytes.length;
}

function refuseRaw(name: string): void {
  if (readPublishedName(name).kind !== 'raw') return;
  throw new RockpoolError('source_only_raw', `${name} is a raw extract: it may hold real personal data.`, {
    hint: 'Leave files called dump-… and delta-… out; the redacted ones are called table-….',
    detail: { name },
  });
}

function mismatch(upload: Upload, path: readonly string[]): RockpoolError {
  return new RockpoolError('pull_mismatch', `${path.join('/')} did not come in one piece.`, {
    hint: 'Drop it again, and leave it unchanged until it is there.',
    detail: { name: upload.name, expectedBytes: upload.sizeBytes, receivedBytes: upload.receivedBytes },
  });
}

async function removeOld(root: string): Promise<void> {
  const ids = await readdir(root).catch(() => []);
  for (const id of ids) {
    const { mtimeMs } = await stat(join(root, id)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > keptMs) await rm(join(root, id), { recursive: true, force: true });
  }
}
