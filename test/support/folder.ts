import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone at the end of its block. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** Makes a folder that users other than this one can pass through, but not list. */
export function makeFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'rockpool-'));
  chmodSync(path, 0o711);
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** A file system of a test. */
export interface SmallDisk extends TemporaryFolder {
  resize(sizeBytes: number): void;
}

/** Mounts a file system of this size, kept in memory; root on Linux only. */
export function mountSmallDisk(sizeBytes: number, more = ''): SmallDisk {
  const folder = makeFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}${more}`, 'rockpool-test', folder.path]);
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
  return {
    path: folder.path,
    resize: (size) => {
      execFileSync('mount', ['-o', `remount,size=${size}`, folder.path]);
    },
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', folder.path]);
      folder[Symbol.dispose]();
    },
  };
}

/** True where this process may mount file systems: being root is not enough in most containers. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    mountSmallDisk(64 * 1024)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}
