import type { S3Options, SourceKind } from '../../../electron/contract/source.ts';
import { trimmedEnd } from '../../../electron/contract/trimmed.ts';
import { texts } from '../../texts/sources.ts';

/** What a person has typed to add a source. */
export interface SourceForm {
  readonly kind: SourceKind;
  readonly name: string;
  readonly url: string;
  readonly region: string;
  readonly endpoint: string;
  readonly profile: string;
  readonly ca: string;
  readonly pathStyle: boolean;
  readonly anonymous: boolean;
  readonly noChecksums: boolean;
}

export const emptyForm = (kind: SourceKind): SourceForm => ({
  kind,
  name: '',
  url: '',
  region: '',
  endpoint: '',
  profile: '',
  ca: '',
  pathStyle: false,
  anonymous: false,
  noChecksums: false,
});

const addresses: Record<SourceKind, RegExp> = {
  s3: /^s3:\/\/[^/\s]+/,
  filestore: /^(https?:\/\/[^/\s]+|k8s:\/\/[^/\s]+\/[^/\s]+\/[^/\s]+)/i,
  folder: /^(\/|~|file:\/\/|[a-z]:[/\\])/i,
};

/** What is wrong with what was typed, by field; empty where nothing is. */
export function problemsOf({ kind, name, url }: SourceForm): { name?: string; url?: string } {
  return {
    ...(!/^[a-z][a-z0-9_-]{0,30}$/.test(name) && { name: texts.fields.nameWrong }),
    ...(!addresses[kind].test(url.trim()) && { url: texts.fields.urlWrong[kind] }),
  };
}

/** The options of a bucket that differ from the defaults; none for other kinds. */
export function s3Of(form: SourceForm): Partial<S3Options> {
  if (form.kind !== 's3') return {};
  return {
    ...(form.region.trim() !== '' && { region: form.region.trim() }),
    ...(form.endpoint.trim() !== '' && { endpoint: form.endpoint.trim() }),
    ...(form.profile.trim() !== '' && { profile: form.profile.trim() }),
    ...(form.ca.trim() !== '' && { ca: form.ca.trim() }),
    ...(form.pathStyle && { pathStyle: true }),
    ...(form.anonymous && { anonymous: true }),
    ...(form.noChecksums && { checksums: 'when-required' as const }),
  };
}

/** A name for a source at this address that is not in use: of the bucket, the host, or the folder. */
export function proposeSourceName(kind: SourceKind, url: string, taken: readonly string[]): string {
  const parts = url
    .replace(/^[a-z0-9]+:\/\//i, '')
    .split(/[/\\]/)
    .filter((part) => part !== '');
  const said = (kind === 'folder' ? parts.at(-1) : parts[0]?.replace(/:\d+$/, '')) ?? '';
  const isAddress = /^[\d.]+$|^localhost$/.test(said);
  const words = said
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '');
  const cleaned = trimmedEnd(words, '-').slice(0, 28);
  const base =
    cleaned === '' || isAddress ? { s3: 'bucket', filestore: 'agent', folder: 'folder' }[kind] : cleaned;
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!taken.includes(name)) return name;
  }
}
