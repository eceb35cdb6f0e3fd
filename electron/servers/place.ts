import { chmod, constants, cp, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { canPass, canRead, chooseAccount } from './account.ts';
import { type Binaries, binariesIn, findBinaries, readVersion, type Version } from './binaries.ts';
import type { Account } from './program.ts';

/** Where clusters and programs go that the account could not reach: `/var/lib/rockpool-ID`. */
export function asideFolder(core: Core): string {
  return join('/var/lib', `rockpool-${core.paths.homeId}`);
}

/**
 * Chooses where a new cluster goes and who runs it: in the home, or aside where that user cannot pass through a
 * parent of the home (a home below /root, for one). The latter is said in the log and by the server's record.
 */
export async function choosePlace(core: Core): Promise<{ base: string; account: Account | null }> {
  const account = chooseAccount();
  if (canPass(account, core.paths.servers)) return { base: core.paths.servers, account };
  const base = asideFolder(core);
  await makePassable(base);
  core.log.write(
    'info',
    'The user that runs PostgreSQL cannot enter the data folder, so clusters go elsewhere',
    {
      home: core.paths.home,
      user: account?.name,
      clusters: base,
    },
  );
  return { base, account };
}

/** The programs that a cluster is to be run with, and their version. */
export interface Programs {
  readonly binaries: Binaries;
  readonly version: Version;
}

/**
 * The shipped programs, or a copy of them aside where the account cannot read them (a checkout below /root, a
 * strict umask). Throws `server_unavailable`.
 */
export async function preparePrograms(
  core: Core,
  account: Account | null,
  shipped: Binaries = findBinaries(),
): Promise<Programs> {
  const readable = [shipped.postgres, join(shipped.folder, 'lib'), join(shipped.folder, 'share')];
  if (readable.every((path) => canRead(account, path))) {
    return { binaries: shipped, version: await readVersion(shipped, account) };
  }
  // Read as root first: the copy is named by its version, so that an update makes a new one.
  const version = await readVersion(shipped, null);
  const base = asideFolder(core);
  await makePassable(base);
  const copy = join(base, `postgresql-${version.text}`);
  await copyOnce(shipped.folder, copy);
  core.log.write(
    'info',
    'The user that runs PostgreSQL cannot read its programs, so a copy of them is used',
    {
      programs: shipped.folder,
      user: account?.name,
      copy,
    },
  );
  const binaries = binariesIn(copy);
  return { binaries, version: await readVersion(binaries, account) };
}

/** Removes copies of programs once no server needs them, and the folder aside where nothing else is in it. */
export async function removePrograms(core: Core): Promise<void> {
  const base = asideFolder(core);
  for (const entry of await readdir(base).catch(() => [])) {
    if (entry.startsWith('postgresql-')) await rm(join(base, entry), { recursive: true, force: true });
  }
  await rmdir(base).catch(() => {
    // It was never made, or a cluster was kept in it.
  });
}

async function makePassable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o711);
  } catch (error) {
    throw fileError(error, folder, 'written');
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  if (await stat(to).catch(() => null)) return;
  const temporary = `${to}.${process.pid}.new`;
  try {
    await rm(temporary, { recursive: true, force: true });
    await cp(from, temporary, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      // Static libraries are for compiling only.
      filter: (path) => !path.endsWith('.a'),
    });
    await openToAll(temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process may have put the same copy there first.
    if (await stat(to).catch(() => null)) return;
    throw fileError(error, to, 'written');
  }
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile())
      await chmod(
        path,
        ((await stat(path)).mode & 0o777) | (entry.parentPath === join(folder, 'bin') ? 0o555 : 0o444),
      );
  }
}
