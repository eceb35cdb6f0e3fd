import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RockpoolError } from '../contract/errors.ts';
import type { SourceKind } from '../contract/source.ts';
import { trimmedEnd } from '../contract/trimmed.ts';
import { formatClusterAddress, isClusterAddress, readClusterAddress } from './k8s-address.ts';
import { formatS3Address, isS3Address, readS3Address } from './s3-address.ts';

/** Where a source is: its kind, and its address in one spelling. */
export interface SourceAddress {
  readonly kind: SourceKind;
  readonly url: string;
}

/**
 * Reads what a person gives as the address of a source: an `http(s)://` URL is a file store, a path or a `file://` URL
 * a folder, `s3://` a bucket, `k8s://` a file store behind Kubernetes. Throws `usage` where it is none of these or holds a password.
 */
export function readAddress(text: string): SourceAddress {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'folder', url: pathToFileURL(absolute(text)).href };
  if (isS3Address(text)) return { kind: 's3', url: formatS3Address(readS3Address(text)) };
  if (isClusterAddress(text)) {
    return { kind: 'filestore', url: formatClusterAddress(readClusterAddress(text)) };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (scheme === 'file' && url !== null) {
    try {
      return { kind: 'folder', url: pathToFileURL(fileURLToPath(url)).href };
    } catch {
      // A file: URL of another host: told below.
    }
  }
  if ((scheme === 'http' || scheme === 'https') && url !== null)
    return { kind: 'filestore', url: plain(url) };
  throw new RockpoolError('usage', 'This is no address of a source.', {
    hint: 'Give a folder (./exports), a bucket (s3://BUCKET/PREFIX), or a file store (http://127.0.0.1:3000).',
    detail: { scheme },
  });
}

function absolute(path: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? resolve(homedir(), `.${path.slice(1)}`) : resolve(path);
}

function plain(url: URL): string {
  if (url.username !== '' || url.password !== '') {
    throw new RockpoolError('usage', 'The address of a file store holds no user name and no password.', {
      hint: 'File stores ask for none: leave out all up to the @.',
      detail: { host: url.host },
    });
  }
  if (url.search !== '' || url.hash !== '') {
    // Not repeated: what stands there is often a key.
    throw new RockpoolError('usage', 'The address of a file store ends with its path.', {
      hint: 'Leave out all from the ? or the # on: a file store takes no such words, and a signed link is none.',
      detail: { host: url.host },
    });
  }
  return `${url.origin}${trimmedEnd(url.pathname, '/')}`;
}
