import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError } from './files.ts';
import { Gate } from './gate.ts';

/**
 * Writes a whole file so that after any crash either the former or the new content is there, never a mix:
 * temporary file in the same folder, write loop, size check, fsync, rename, fsync of the folder.
 * Throws `disk_full` or `file_unreadable`; the former file is untouched then and the temporary one is gone.
 */
export async function writeDurable(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  // Of a fixed length, so that every name that the file system takes can be written.
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await writeAll(file, bytes);
      await syncAndCheck(file, bytes.byteLength);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError(error, path, 'written');
  }
}

/** Removes what killed writers left in a folder; only for who keeps all other writers out by a lock. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

/** Writes every byte: a short write, as a disk that is nearly full makes them, is continued until it fails. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.byteLength) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.byteLength - offset);
    if (bytesWritten === 0) throw Object.assign(new Error('write of zero bytes'), { code: 'ENOSPC' });
    offset += bytesWritten;
  }
}

// Node works on four files at a time, and one that flushes waits for the disk: reading and writing must go on meanwhile.
const flushes = new Gate(2);

/** Flushes in its turn: at most two at once in this process. */
async function inTurn(flush: () => Promise<void>): Promise<void> {
  const leave = await flushes.enter(() => 1);
  try {
    await flush();
  } finally {
    leave();
  }
}

/** Has the disk write down what was written to a file so far; its size may come later. */
export async function flushData(file: FileHandle): Promise<void> {
  await inTurn(() => file.datasync());
}

/** Flushes a file to the disk and throws where it has not the size that was written to it. */
export async function syncAndCheck(file: FileHandle, sizeBytes: number): Promise<void> {
  await inTurn(() => file.sync());
  const { size } = await file.stat();
  if (size !== sizeBytes) throw Object.assign(new Error('short file after fsync'), { code: 'ENOSPC' });
}

/** Makes a rename in this folder survive a power cut. Windows has no such thing and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await inTurn(() => handle.sync());
  } finally {
    await handle.close();
  }
}
