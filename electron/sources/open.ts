import { fileURLToPath } from 'node:url';
import type { S3Options } from '../contract/source.ts';
import type { Core } from '../state/core.ts';
import { readAddress, type SourceAddress } from './address.ts';
import { type FilestoreOptions, openFilestore } from './filestore.ts';
import { openFolder } from './folder.ts';
import { openCluster } from './k8s.ts';
import { isClusterAddress } from './k8s-address.ts';
import { getSource } from './registry.ts';
import { openS3 } from './s3.ts';
import type { SourceReader } from './source.ts';

/** Opens a source by its name. Throws `source_not_found`. */
export function openSource(core: Core, name: string, options: FilestoreOptions = {}): SourceReader {
  return openAddress(getSource(core, name), options);
}

/** Opens a place that no source names: a path or a URL. Throws `usage`. */
export function openPlace(place: string, options: FilestoreOptions = {}): SourceReader {
  return openAddress(readAddress(place), options);
}

function openAddress(
  { kind, url, s3 }: SourceAddress & { s3?: S3Options | undefined },
  options: FilestoreOptions,
): SourceReader {
  if (kind === 'folder') return openFolder(fileURLToPath(url));
  if (isClusterAddress(url)) return openCluster(url, options);
  return kind === 'filestore' ? openFilestore(url, options) : openS3(url, s3);
}
