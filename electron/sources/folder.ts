import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Revision } from '../contract/source.ts';
import { fileError } from '../state/files.ts';
import { changed } from './changed.ts';
import { digestFile, type ListedFile, listNames, openFile, readRoot, statFile } from './files.ts';
import { listPlaces, type Place, placesOf } from './places.ts';
import { pickPublishable, requirePublished } from './publishable.ts';
import type { ListedDataset, Publication, PublishedFile, SourceReader } from './source.ts';

/**
 * A folder as a source: one workflow's files, one revision's files, a workflow with integer revisions, a tree of
 * workflows, or one file. `path` is absolute. Nothing in it is ever written, and no raw file is opened.
 */
export function openFolder(path: string): SourceReader {
  const list = async () => {
    const root = await readRoot(path);
    return { root, places: await listPlaces(root, await isFile(root)) };
  };
  return {
    kind: 'folder',
    url: pathToFileURL(path).href,
    origin: null,
    check: async () => {
      const { root, places } = await list();
      const [first] = placesOf(places, places[0]?.dataset ?? null, path);
      if (first !== undefined) await listFiles(root, first);
      return describe(places);
    },
    datasets: async () => {
      const { root, places } = await list();
      return listDatasets(root, places);
    },
    publication: async (dataset, revision) => {
      const { root, places } = await list();
      return pickPublication(root, placesOf(places, dataset, path), revision);
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

function describe(places: readonly Place[]): string {
  const datasets = new Set(places.map((place) => place.dataset)).size;
  const revisions = places.filter((place) => place.revision !== null).length;
  const files = places.reduce((sum, place) => sum + place.published.names.length, 0);
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const of = revisions > 0 ? ` in ${count(revisions, 'revision')}` : '';
  return `${count(datasets, 'dataset')}${of}, ${count(files, 'file')} to pull`;
}

async function listDatasets(root: string, places: readonly Place[]): Promise<ListedDataset[]> {
  const redacted = places.filter((place) => place.published.names.length > 0);
  const datasets = [...new Set(redacted.map((place) => place.dataset))];
  return Promise.all(
    datasets.map(async (dataset) => ({
      dataset,
      revisions: await Promise.all(
        placesOf(redacted, dataset, root).map(async (place): Promise<Revision> => {
          const publication = await readPublication(root, place);
          return {
            id: publication.revision,
            publishedAt: publication.publishedAt,
            sizeBytes: publication.sizeBytes,
            files: publication.files.length,
            format: place.published.format,
          };
        }),
      ),
    })),
  );
}

async function pickPublication(
  root: string,
  places: readonly Place[],
  revision: string,
): Promise<Publication> {
  // A run that has only begun has left raw files or none in the newest folder: `latest` is the newest with data.
  const newest = places.find((place) => place.published.names.length > 0) ?? places[0];
  const named = revision === 'latest' ? newest : places.find((place) => place.revision === revision);
  if (named !== undefined) return readPublication(root, named);
  const only = places.length === 1 && places[0]?.revision === null ? places[0] : undefined;
  const publication = only && (await readPublication(root, only));
  if (publication?.revision === revision) return publication;
  const known = publication ? [publication.revision] : places.map((place) => String(place.revision));
  const dataset = places[0]?.dataset ?? '';
  throw new RockpoolError('revision_not_found', `The dataset ${dataset} has no revision ${revision}.`, {
    hint: `There is ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}; latest is the newest.`,
    detail: { dataset, revision, revisions: known.length },
  });
}

async function readPublication(root: string, place: Place): Promise<Publication> {
  const files = await listFiles(root, place);
  const newest = files.reduce((latest, file) => Math.max(latest, file.modifiedAt.getTime()), 0);
  return {
    origin: pathToFileURL(place.tree).href,
    dataset: place.dataset,
    revision: place.revision ?? hashFiles(files),
    publishedAt: new Date(newest).toISOString(),
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    files: files.map(publishFile),
    inPlace: place.revision === null,
    confirm: async () => {
      const now = await listAgain(root, place);
      if (now === null || hashFiles(now) !== hashFiles(files)) {
        throw changed(place.folder, 'holds other files now');
      }
    },
  };
}

async function listFiles(root: string, place: Place): Promise<ListedFile[]> {
  requirePublished(place.published, place.folder);
  return Promise.all(place.published.names.map((name) => statFile(root, place.folder, name)));
}

/** What is there now, null where that is nothing or cannot be read any more. */
async function listAgain(root: string, place: Place): Promise<ListedFile[] | null> {
  // A single file may have any name; a folder's files are picked by theirs.
  const isSingle = place.tree === place.folder;
  try {
    const published = isSingle ? place.published : pickPublishable((await listNames(place.folder)).files);
    return await listFiles(root, { ...place, published });
  } catch (error) {
    if (isRockpoolError(error)) return null;
    throw error;
  }
}

function publishFile(file: ListedFile): PublishedFile {
  return {
    name: file.name,
    sizeBytes: file.sizeBytes,
    fingerprint: file.fingerprint,
    digest: (signal) => digestFile(file, signal),
    lineCount: async () => null,
    open: (signal) => openFile(file, signal),
  };
}

/** Twelve hexadecimal digits that tell these files, by name, size and time, from any others. */
function hashFiles(files: readonly ListedFile[]): string {
  const hash = createHash('sha256');
  for (const { name, state } of files) hash.update(`${name}\0${state}\n`);
  return hash.digest('hex').slice(0, 12);
}
