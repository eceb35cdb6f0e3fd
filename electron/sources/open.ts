import { fileURLToPath } from 'node:url';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { readAddress, type SourceAddress } from './address.ts';
import { type FilestoreOptions, openFilestore } from './filestore.ts';
import { openFolder } from './folder.ts';
import { getSource } from './registry.ts';
import type { SourceReader } from './source.ts';

/** Opens a source by its name. Throws `source_not_found`. */
export function openSource(core: Core, name: string, options: FilestoreOptions = {}): SourceReader {
  return openAddress(getSource(core, name), options);
}

/** Opens a place that no source names: a path or a URL. Throws `usage` or `not_available`. */
export function openPlace(place: string, options: FilestoreOptions = {}): SourceReader {
  return openAddress(readAddress(place), options);
}

function openAddress({ kind, url }: SourceAddress, options: FilestoreOptions): SourceReader {
  if (kind === 'folder') return openFolder(fileURLToPath(url));
  if (kind === 'filestore') return openFilestore(url, options);
  throw new RockpoolError('not_available', 'Sources in S3 cannot be read by this version.', {
    hint: 'They come with the next one. Until then copy the dataset to a folder and name that.',
  });
}
