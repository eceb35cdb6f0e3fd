import { resolve } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import type { S3Options, S3Wish, Source } from '../contract/source.ts';
import { readAuthority } from '../state/authority.ts';
import { defaultS3Options, readEndpoint, readS3Address } from './s3-address.ts';

/**
 * Checks how a bucket is to be reached; null for sources of other kinds, which take no such options. Throws `usage`,
 * and `file_unreadable` where the file of a certificate authority is none.
 */
export function readS3Options(source: Source, given: S3Wish): S3Options | null {
  const said = Object.entries(given).filter(
    ([, value]) => value !== null && value !== false && value !== undefined,
  );
  if (source.kind !== 's3') {
    if (said.length === 0) return null;
    throw new RockpoolError('usage', `A ${source.kind} takes none of the options for S3.`, {
      hint: 'Region, endpoint, profile and the like belong to sources at s3://BUCKET/PREFIX.',
      detail: { options: said.map(([name]) => name).join(', ') },
    });
  }
  const options: S3Options = { ...defaultS3Options, ...Object.fromEntries(said) };
  const { endpoint, region, profile, anonymous, ca } = options;
  if (endpoint !== null && readS3Address(source.url).endpoint !== null) {
    throw new RockpoolError('usage', 'The address names the store already: --endpoint says it twice.', {
      hint: 'Write s3://BUCKET/PREFIX with --endpoint.',
    });
  }
  if (region !== null && !/^[a-z0-9-]{2,40}$/.test(region)) {
    throw new RockpoolError('usage', `${JSON.stringify(region.slice(0, 60))} is no name of a region.`, {
      hint: 'For example: --region eu-central-1',
    });
  }
  if (anonymous && profile !== null) {
    throw new RockpoolError('usage', 'A profile gives credentials, and --anonymous takes none.', {
      hint: 'Leave out one of the two.',
    });
  }
  return {
    ...options,
    endpoint: endpoint === null ? null : readEndpoint(endpoint),
    ca: ca === null ? null : requireAuthority(resolve(ca)),
  };
}

function requireAuthority(path: string): string {
  readAuthority(path);
  return path;
}
