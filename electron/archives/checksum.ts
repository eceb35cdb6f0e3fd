import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { FileChecksum } from './archive.ts';
import { Crc32c, Crc64Nvme } from './crc.ts';

/** A checksum that is worked out as bytes go by. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** To be asked once, at the end. */
  base64(): string;
}

/** Begins a checksum of this kind, as S3 writes them. */
export function openChecksum(algorithm: FileChecksum['algorithm']): RunningChecksum {
  if (algorithm === 'crc32') return new Crc32();
  if (algorithm === 'crc32c') return new Crc32c();
  if (algorithm === 'crc64nvme') return new Crc64Nvme();
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest('base64') };
}

class Crc32 implements RunningChecksum {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  base64(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes.toString('base64');
  }
}
