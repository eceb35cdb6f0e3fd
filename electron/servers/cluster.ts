import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { syncFolder, writeDurable } from '../state/durable.ts';
import { fileError } from '../state/files.ts';
import { type ClusterWish, initialize, removeTree } from './initdb.ts';
import type { Programs } from './place.ts';

/**
 * A server's folder: `data` is PostgreSQL's own and belongs to the account; what is beside it, settings and the
 * marker, is ours, so that not even a superuser of the server can change who may connect.
 */
export interface ClusterFiles {
  readonly folder: string;
  readonly data: string;
  readonly settings: string;
  readonly accessRules: string;
  readonly marker: string;
}

export function clusterFiles(folder: string): ClusterFiles {
  return {
    folder,
    data: join(folder, 'data'),
    settings: join(folder, 'postgresql.conf'),
    accessRules: join(folder, 'pg_hba.conf'),
    marker: join(folder, 'cluster.json'),
  };
}

/** Written into a cluster once it is whole; `PG_VERSION` and `pg_control` are there long before that (E10). */
const ClusterMarker = z.object({
  version: z.string(),
  major: z.number().int(),
  localeProvider: z.string(),
  locale: z.string(),
  characterType: z.string(),
  madeAt: z.iso.datetime(),
});
export type ClusterMarker = z.infer<typeof ClusterMarker>;

/** The marker of a whole cluster, null where there is none. */
export async function readMarker(folder: string): Promise<ClusterMarker | null> {
  const { marker } = clusterFiles(folder);
  try {
    return ClusterMarker.parse(JSON.parse(await readFile(marker, 'utf8')));
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code;
    if (errno === undefined || errno === 'ENOENT' || errno === 'ENOTDIR') return null;
    throw fileError(error, marker, 'read');
  }
}

/**
 * Makes a cluster in a temporary folder beside `folder` and renames it there once it is whole. Removes what an
 * earlier try left. The caller holds the server's lock. Throws `server_failed`, `disk_full` or the signal's reason.
 */
export async function createCluster(folder: string, wish: ClusterWish): Promise<ClusterMarker> {
  await removeAttempts(folder);
  const temporary = `${attemptPrefix(folder)}${randomBytes(4).toString('hex')}.new`;
  const files = clusterFiles(temporary);
  try {
    await mkdir(temporary);
    await chmod(temporary, wish.account === null ? 0o700 : 0o711);
    const characterType = await initialize(temporary, files.data, wish);
    const marker: ClusterMarker = {
      version: wish.programs.version.text,
      major: wish.programs.version.major,
      localeProvider: 'builtin',
      locale: 'C.UTF-8',
      characterType,
      madeAt: new Date().toISOString(),
    };
    await writeDurable(files.marker, `${JSON.stringify(marker, null, 2)}\n`);
    wish.signal?.throwIfAborted();
    await rename(temporary, folder);
    await syncFolder(dirname(folder));
    return marker;
  } catch (error) {
    await removeTree(temporary);
    throw fileError(error, folder, 'written');
  }
}

function attemptPrefix(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.`);
}

/** Removes half-made and half-removed clusters that an earlier process left beside `folder`. */
export async function removeAttempts(folder: string): Promise<void> {
  const prefix = attemptPrefix(folder);
  for (const entry of await readdir(dirname(folder)).catch(() => [])) {
    const path = join(dirname(folder), entry);
    if (path.startsWith(prefix) && /\.(new|gone)$/.test(entry)) await removeTree(path);
  }
}

/** Removes a whole cluster: a rename first, so that one that is half removed is never taken for a cluster. */
export async function removeCluster(folder: string): Promise<void> {
  const aside = `${attemptPrefix(folder)}${randomBytes(4).toString('hex')}.gone`;
  try {
    await rename(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(error, folder, 'removed');
  }
  await removeAttempts(folder);
}

/** Throws `server_version` where the cluster needs another major version than the programs have (E11). */
export async function requireVersion(folder: string, { version }: Programs): Promise<void> {
  const file = join(clusterFiles(folder).data, 'PG_VERSION');
  let found: string;
  try {
    found = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new RockpoolError('server_failed', `${folder} does not hold a whole cluster.`, {
      hint: 'Move the folder away and try again: a new one is made, and datasets can be installed again.',
      detail: { file, errno: (error as NodeJS.ErrnoException).code ?? null },
      cause: error,
    });
  }
  if (found === String(version.major)) return;
  throw new RockpoolError(
    'server_version',
    `The cluster in ${folder} was made by PostgreSQL ${found}; this Rockpool has ${version.text}.`,
    {
      hint: 'Move the folder away to begin with a new one and install the datasets again; the old one is kept as it is.',
      detail: { folder, found, shipped: version.text },
    },
  );
}
