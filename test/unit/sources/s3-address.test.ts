import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { S3Options, Source } from '../../../electron/contract/source.ts';
import { readAddress } from '../../../electron/sources/address.ts';
import { openS3 } from '../../../electron/sources/s3.ts';
import { defaultS3Options, readS3Address } from '../../../electron/sources/s3-address.ts';
import { readS3Options } from '../../../electron/sources/s3-options.ts';
import { makeFolder } from '../../support/folder.ts';

describe('the address of a bucket', () => {
  it.each([
    ['s3://bucket', 'bucket', '', null],
    ['s3://bucket/', 'bucket', '', null],
    ['S3://bucket/exports/', 'bucket', 'exports', null],
    ['s3://bucket/a/b//', 'bucket', 'a/b', null],
    ['s3://bucket/100%25 of #1?x+y/é', 'bucket', '100%25 of #1?x+y/é', null],
    ['s3+http://127.0.0.1:9000/bucket/exports', 'bucket', 'exports', 'http://127.0.0.1:9000'],
    ['s3+HTTPS://Store.example.com/bucket', 'bucket', '', 'https://store.example.com'],
  ])('%s is read byte for byte (D12)', (text, bucket, prefix, endpoint) => {
    expect(readS3Address(text)).toEqual({ bucket, prefix, endpoint });
    const { kind, url } = readAddress(text);
    expect(kind).toBe('s3');
    expect(readS3Address(url)).toEqual({ bucket, prefix, endpoint });
  });

  it.each(['s3://', 's3:///prefix', 's3://-b/x', 's3://b', 's3+http://127.0.0.1:9000/'])(
    'is not %s',
    (text) => {
      expect(() => readAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it.each(['s3://AKID:hunter2hunter2@bucket/x', 's3+https://ann:hunter2hunter2@host/bucket'])(
    'with keys in it is refused without showing them (F4)',
    (text) => {
      const thrown = (() => {
        try {
          return readAddress(text);
        } catch (error) {
          return error as Error;
        }
      })();
      expect(thrown).toMatchObject({ code: 'usage', hint: expect.stringContaining('--profile') });
      expect(JSON.stringify(thrown) + (thrown as Error).message).not.toContain('hunter2');
    },
  );

  it('names another place where another store answers', () => {
    const origin = (endpoint: string | null) =>
      openS3('s3://bucket/exports', { ...defaultS3Options, endpoint }).origin ?? '';
    expect(origin(null)).toBe('s3://bucket/exports');
    expect(origin('http://127.0.0.1:9000')).toBe('s3+http://127.0.0.1:9000/bucket/exports');
    expect(openS3(origin('http://127.0.0.1:9000')).origin).toBe(origin('http://127.0.0.1:9000'));
  });
});

describe('the options of a bucket', () => {
  const source: Source = { name: 'acme', kind: 's3', url: 's3://bucket/exports' };

  it('are remembered with defaults for what was not said', () => {
    expect(readS3Options(source, { region: 'eu-west-1', endpoint: 'http://127.0.0.1:9000/' })).toEqual({
      ...defaultS3Options,
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:9000',
    });
  });

  it.each<[Partial<S3Options>]>([
    [{ region: 'Frankfurt am Main' }],
    [{ endpoint: 'minio:9000' }],
    [{ endpoint: 'ftp://minio' }],
    [{ endpoint: 'https://ann:hunter2hunter2@minio' }],
    [{ anonymous: true, profile: 'acme' }],
  ])('are refused: %o', (options) => {
    expect(() => readS3Options(source, options)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('belong to buckets alone', () => {
    const folder: Source = { name: 'x', kind: 'folder', url: 'file:///x' };
    expect(readS3Options(folder, {})).toBeNull();
    expect(() => readS3Options(folder, { profile: 'acme' })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('take a file of certificate authorities only if it is one', () => {
    using folder = makeFolder();
    const path = join(folder.path, 'ca.pem');
    expect(() => readS3Options(source, { ca: path })).toThrow(
      expect.objectContaining({ code: 'file_unreadable' }),
    );
    writeFileSync(path, 'hello');
    expect(() => readS3Options(source, { ca: path })).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
