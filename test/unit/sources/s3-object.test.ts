import { describe, expect, it } from 'vitest';
import { checksumsOf } from '../../../electron/sources/s3-object.ts';

const md5 = '"900150983cd24fb0d6963f7d28e17f72"';
const md5Base64 = 'kAFQmDzST7DWlj99KOF/cg==';
const sha256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=';

describe('the checksums of a file in a bucket', () => {
  it('have a plain ETag among them', () => {
    const asMd5 = [{ algorithm: 'md5', base64: md5Base64 }];
    expect(checksumsOf({}, md5)).toEqual(asMd5);
    expect(checksumsOf({ ServerSideEncryption: 'AES256' }, md5)).toEqual(asMd5);
  });

  it.each([
    ['of several parts', {}, '"900150983cd24fb0d6963f7d28e17f72-3"'],
    ['under keys of a key service', { ServerSideEncryption: 'aws:kms' }, md5],
    ['under two of them', { ServerSideEncryption: 'aws:kms:dsse' }, md5],
    ['under the caller’s own key', { SSECustomerAlgorithm: 'AES256' }, md5],
    ['that is something else', {}, '"abc"'],
  ])('have no ETag among them %s (D7)', (_, said, etag) => {
    expect(checksumsOf(said, etag)).toEqual([]);
  });

  it('come with hashes first', () => {
    expect(checksumsOf({ ChecksumSHA256: sha256, ChecksumCRC32: 'NSRBwg==' }, md5)).toEqual([
      { algorithm: 'sha256', base64: sha256 },
      { algorithm: 'md5', base64: md5Base64 },
      { algorithm: 'crc32', base64: 'NSRBwg==' },
    ]);
    expect(checksumsOf({ ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'BeXKuz/B+us=' }, '"x-2"')).toEqual([
      { algorithm: 'crc64nvme', base64: 'BeXKuz/B+us=' },
    ]);
  });

  it.each([
    [{ ChecksumType: 'COMPOSITE', ChecksumSHA256: sha256 }],
    [{ ChecksumSHA256: `${sha256}-4` }],
    [{ ChecksumCRC32: sha256 }],
  ])('are none of its parts’, nor of another length: %o (D7)', (said) => {
    expect(checksumsOf(said, '"x-4"')).toEqual([]);
  });
});
