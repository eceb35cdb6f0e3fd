import { isRockpoolError } from '../contract/errors.ts';
import { inParallel } from '../jobs/parallel.ts';
import type { Core } from '../state/core.ts';
import { findPublished } from './find.ts';
import { findInstall, type InstallRecord } from './records.ts';
import { compareListed, madeFrom } from './verdict.ts';

const sourcesAtOnce = 4;

/**
 * The revision that an update would bring to each of these installs, by name; null where there is none, where the source
 * does not answer now, and where only a pull can tell, as with a file store whose files have the lengths that they had.
 * What has the same answer is asked for once.
 */
export async function findNewerOf(
  core: Core,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Record<string, string | null>> {
  const installs = names.map((name) => findInstall(core.state, name)).filter((one) => one !== null);
  const alike = [...Map.groupBy(installs, placeOf).values()];
  const found = await inParallel(
    alike,
    sourcesAtOnce,
    async (group, either): Promise<[string, string | null][]> => {
      const revision = await newerThan(core, group[0], either);
      return group.map(({ name }) => [name, revision]);
    },
    signal,
  );
  return Object.fromEntries(found.flat());
}

async function newerThan(
  core: Core,
  install: InstallRecord | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  if (install === undefined) return null;
  try {
    const { publication, kind } = await findPublished(core, install, 'latest', signal);
    const before = madeFrom(core, install);
    const verdict = compareListed(install, before, publication);
    // A bucket's tags are its own word that other bytes lie there; times on a disk change for less.
    const isReplaced = verdict === 'unproven' && kind === 's3' && before !== null;
    return verdict === 'newer' || isReplaced ? publication.revision : null;
  } catch (error) {
    signal.throwIfAborted();
    if (!isRockpoolError(error)) throw error;
    return null;
  }
}

function placeOf({ source, place, dataset, revision, pristine }: InstallRecord): string {
  return JSON.stringify([source, place, dataset, revision, pristine]);
}
