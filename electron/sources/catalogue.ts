import { isRockpoolError } from '../contract/errors.ts';
import type { Dataset, SourceCheck } from '../contract/source.ts';
import type { Core } from '../state/core.ts';
import { openSource } from './open.ts';
import { getSource, listSources } from './registry.ts';

/** Says in one line whether a source can be reached and read, and if not, why and what to do. Throws `source_not_found`. */
export async function checkSource(core: Core, name: string, signal?: AbortSignal): Promise<SourceCheck> {
  const reader = openSource(core, name);
  try {
    return { source: name, ok: true, message: await reader.check(signal), hint: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isRockpoolError(error)) throw error;
    return { source: name, ok: false, message: error.message, hint: error.hint };
  }
}

/**
 * The datasets of one source, or of all. Of a file store that does not list what it has come the dataset that its
 * address names and those that were pulled from it before. Of all sources those that cannot be read are left out, with
 * a line in the log; where none can, the first failure is thrown.
 */
export async function listDatasets(
  core: Core,
  source: string | null,
  signal?: AbortSignal,
): Promise<Dataset[]> {
  if (source !== null) return datasetsOf(core, getSource(core, source).name, signal);
  const failures: unknown[] = [];
  const names = listSources(core).map(({ name }) => name);
  const found = await Promise.all(
    names.map((name) =>
      datasetsOf(core, name, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        if (!isRockpoolError(error)) throw error;
        core.log.write('warn', 'A source could not be listed', { source: name, code: error.code });
        failures.push(error);
        return [];
      }),
    ),
  );
  if (failures.length > 0 && failures.length === names.length) throw failures[0];
  return found.flat();
}

async function datasetsOf(core: Core, source: string, signal?: AbortSignal): Promise<Dataset[]> {
  const knownDatasets = (origin: string): string[] =>
    core.state
      .rows('SELECT DISTINCT dataset FROM archives WHERE origin = ? ORDER BY dataset', origin)
      .map((row) => String(row.dataset));
  const reader = openSource(core, source, { knownDatasets });
  const datasets = await reader.datasets(signal);
  return datasets.map(({ dataset, revisions }) => ({ source, dataset, revisions: [...revisions] }));
}
