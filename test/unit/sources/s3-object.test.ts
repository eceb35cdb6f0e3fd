import { describe, expect, it } from 'vitest';
import { checksumOf } from '../../../electron/sources/s3-object.ts';

const md5 = '"900150983cd24fb0d6963f7d28e17f72"';
const md5Base64 = 'kAFQmDzST7DWlj99KOF/cg==';
const sha256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=';

describe('the checksum of a file in a bucket', () => {
  it('is a plain ETag', () => {
    expect(checksumOf({}, md5)).toEqual({ algorithm: 'md5', base64: md5Base64 });
    expect(checksumOf({ ServerSideEncryption: 'AES256' }, md5)).toEqual({
      algorithm: 'md5',
      base64: md5Base64,
    });
  });

  it.each([
    ['of several parts', {}, '"900150983cd24fb0d6963f7d28e17f72-3"'],
    ['under keys of a key service', { ServerSideEncryption: 'aws:kms' }, md5],
    ['under two of them', { ServerSideEncryption: 'aws:kms:dsse' }, md5],
    ['under the caller’s own key', { SSECustomerAlgorithm: 'AES256' }, md5],
    ['that is something else', {}, '"abc"'],
  ])('is no ETag %s (D7)', (_, said, etag) => {
    expect(checksumOf(said, etag)).toBeNull();
  });

  it('is a hash of the whole before all else', () => {
    expect(checksumOf({ ChecksumSHA256: sha256, ChecksumCRC32: 'NSRBwg==' }, md5)).toEqual({
      algorithm: 'sha256',
      base64: sha256,
    });
    expect(checksumOf({ ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'BeXKuz/B+us=' }, '"x-2"')).toEqual({
      algorithm: 'crc64nvme',
      base64: 'BeXKuz/B+us=',
    });
  });

  it.each([
    [{ ChecksumType: 'COMPOSITE', ChecksumSHA256: sha256 }],
    [{ ChecksumSHA256: `${sha256}-4` }],
    [{ ChecksumCRC32: sha256 }],
  ])('is none of its parts’, nor one of another length: %o (D7)', (said) => {
    expect(checksumOf(said, '"x-4"')).toBeNull();
  });
});
