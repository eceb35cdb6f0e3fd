import { isRockpoolError } from '../contract/errors.ts';
import { inParallel } from '../jobs/parallel.ts';
import type { Core } from '../state/core.ts';
import { findNewer } from './find.ts';
import { findInstall, type InstallRecord } from './records.ts';

const sourcesAtOnce = 4;

/**
 * The revision that an update would bring to each of these installs, by name; null where there is none, or where the
 * source does not answer now. What has the same answer is asked for once.
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
    return (await findNewer(core, install, 'latest', signal))?.revision ?? null;
  } catch (error) {
    signal.throwIfAborted();
    if (!isRockpoolError(error)) throw error;
    return null;
  }
}

function placeOf({ source, place, dataset, revision }: InstallRecord): string {
  return JSON.stringify([source, place, dataset, revision]);
}
