import { statfs } from 'node:fs/promises';
import { RockpoolError } from '../contract/errors.ts';

const causes: Record<string, string> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'it is on a read-only file system',
  EIO: 'the disk reports an error',
  ENAMETOOLONG: 'its path is too long',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  EBUSY: 'it is in use',
};

/** Turns what the file system threw into `disk_full` or `file_unreadable`; our own errors pass as they are. */
export function fileError(error: unknown, path: string, what: 'read' | 'written' | 'removed'): unknown {
  if (error instanceof RockpoolError) return error;
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  if (errno === undefined) return error;
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new RockpoolError('disk_full', `The disk is full: ${path} could not be ${what}.`, {
      hint: 'Free some space and try again; what was there before is untouched.',
      detail: { path, errno },
      cause: error,
    });
  }
  const cause = causes[errno];
  if (cause === undefined) return error;
  return new RockpoolError('file_unreadable', `${path} cannot be ${what}: ${cause}.`, {
    hint: 'Check the path and its permissions.',
    detail: { path, errno },
    cause: error,
  });
}

/** Bytes that this user can still write on the file system of `path`, which must exist. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
