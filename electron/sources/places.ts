import { basename, dirname, extname, join } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';
import { listNames, staysInside } from './files.ts';
import { type Publishable, pickPublishable } from './publishable.ts';

/** One revision of one dataset in a folder: these files of that folder. */
export interface Place {
  readonly dataset: string;
  /** Null where the folder's name does not tell: its content names the revision then. */
  readonly revision: string | null;
  /** The folder that holds the workflows: whatever of it was named, the same dataset has the same origin. */
  readonly tree: string;
  readonly folder: string;
  readonly published: Publishable;
}

/** Finds what is published at a real path, two folders deep at most. Reads names only. */
export async function listPlaces(root: string, isFile: boolean): Promise<Place[]> {
  if (isFile) return [placeOfFile(root)];
  const { files, folders } = await listNames(root);
  const own = pickPublishable(files);
  if (isTaken(own)) {
    return [isRevision(basename(root)) ? placeOfRevision(root, own) : placeOfWorkflow(root, own)];
  }
  const inside: string[] = [];
  for (const name of folders) if (await staysInside(root, join(root, name))) inside.push(name);
  const found = await Promise.all(inside.map((name) => listWorkflow(join(root, name))));
  const places = found.flat().map((place) => ({ ...place, tree: root }));
  // A folder with integers alone in it is one workflow with its revisions, not a tree of workflows.
  const isWorkflow = places.every(({ folder }) => dirname(folder) === root && isRevision(basename(folder)));
  return isWorkflow ? places.map((place) => placeOfRevision(place.folder, place.published)) : places;
}

async function listWorkflow(folder: string): Promise<Place[]> {
  const { files, folders } = await listNames(folder);
  const own = pickPublishable(files);
  if (isTaken(own)) return [placeOfWorkflow(folder, own)];
  const places: Place[] = [];
  for (const name of folders.filter(isRevision)) {
    const inner = join(folder, name);
    if (!(await staysInside(folder, inner))) continue;
    const published = pickPublishable((await listNames(inner)).files);
    if (isTaken(published)) places.push(placeOfRevision(inner, published));
  }
  return places;
}

function placeOfWorkflow(folder: string, published: Publishable): Place {
  return { dataset: basename(folder), revision: null, tree: dirname(folder), folder, published };
}

function placeOfRevision(folder: string, published: Publishable): Place {
  const workflow = dirname(folder);
  return {
    dataset: basename(workflow),
    revision: basename(folder),
    tree: dirname(workflow),
    folder,
    published,
  };
}

function placeOfFile(path: string): Place {
  const name = basename(path);
  const raw = readPublishedName(name).kind === 'raw';
  const format = extname(name).toLowerCase() === '.csv' ? 'CSV files' : null;
  return {
    dataset: basename(name, extname(name)) || name,
    revision: null,
    tree: dirname(path),
    folder: dirname(path),
    published: { names: raw ? [] : [name], format, raw, dumpFolder: false },
  };
}

function isTaken({ names, raw }: Publishable): boolean {
  return names.length > 0 || raw;
}

function isRevision(name: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(name);
}

/** The places of one dataset, the newest revision first. Throws `dataset_not_found` or `source_empty`. */
export function placesOf(places: readonly Place[], dataset: string | null, where: string): Place[] {
  if (places.length === 0) {
    throw new RockpoolError('source_empty', `There is nothing published in ${where}.`, {
      hint: 'Name a folder with table-*.csv files in it, or one that holds such folders.',
      detail: { where },
    });
  }
  const names = [...new Set(places.map((place) => place.dataset))];
  const wanted = dataset ?? (names.length === 1 ? names[0] : undefined);
  const found = places.filter((place) => place.dataset === wanted);
  if (found.length > 0) return found.toSorted((a, b) => Number(b.revision) - Number(a.revision));
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  const message =
    dataset === null
      ? `There are ${names.length} datasets in ${where}: ${listed}.`
      : `There is no dataset ${dataset} in ${where}. There is: ${listed}.`;
  throw new RockpoolError('dataset_not_found', message, {
    hint: 'Name one of these.',
    detail: { where, datasets: names.length },
  });
}
