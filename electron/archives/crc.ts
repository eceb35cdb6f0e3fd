// Eight tables let eight bytes be taken at once ("slicing by 8"): one table a byte runs at a fifth of the speed.

interface Tables {
  /** Of each entry the lower 32 bits; entry `256 * slice + byte`. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

function tablesOf(polynomial: bigint): Tables {
  const low = new Uint32Array(8 * 256);
  const high = new Uint32Array(8 * 256);
  let first: bigint[] = [];
  let former: bigint[] = [];
  for (let slice = 0; slice < 8; slice++) {
    const values = Array.from({ length: 256 }, (_, byte) => {
      if (slice > 0) {
        const before = former[byte] as bigint;
        return (before >> 8n) ^ (first[Number(before & 0xffn)] as bigint);
      }
      let value = BigInt(byte);
      for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
      return value;
    });
    if (slice === 0) first = values;
    former = values;
    for (const [byte, value] of values.entries()) {
      low[256 * slice + byte] = Number(value & 0xffffffffn);
      high[256 * slice + byte] = Number(value >> 32n);
    }
  }
  return { low, high };
}

let tables32: Tables | null = null;
let tables64: Tables | null = null;

/** CRC-32C (Castagnoli), as in RFC 3720. */
export class Crc32c {
  #value = 0xffffffff;

  update(bytes: Uint8Array): void {
    tables32 ??= tablesOf(0x82f63b78n);
    const { low } = tables32;
    const { length } = bytes;
    let value = this.#value;
    let at = 0;
    for (; at + 8 <= length; at += 8) {
      const a = value ^ word(bytes, at);
      const b = word(bytes, at + 4);
      value =
        entry(low, 1792 + (a & 0xff)) ^
        entry(low, 1536 + ((a >>> 8) & 0xff)) ^
        entry(low, 1280 + ((a >>> 16) & 0xff)) ^
        entry(low, 1024 + (a >>> 24)) ^
        entry(low, 768 + (b & 0xff)) ^
        entry(low, 512 + ((b >>> 8) & 0xff)) ^
        entry(low, 256 + ((b >>> 16) & 0xff)) ^
        entry(low, b >>> 24);
    }
    for (; at < length; at++) value = (value >>> 8) ^ entry(low, (value ^ entry(bytes, at)) & 0xff);
    this.#value = value;
  }

  base64(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((this.#value ^ 0xffffffff) >>> 0);
    return bytes.toString('base64');
  }
}

/** CRC-64/NVME, which AWS gives to what is uploaded without a checksum of another kind. */
export class Crc64Nvme {
  #low = 0xffffffff;
  #high = 0xffffffff;

  update(bytes: Uint8Array): void {
    tables64 ??= tablesOf(0x9a6c9329ac4bc9b5n);
    const { low, high } = tables64;
    const { length } = bytes;
    let lower = this.#low;
    let upper = this.#high;
    let at = 0;
    for (; at + 8 <= length; at += 8) {
      const a = lower ^ word(bytes, at);
      const b = upper ^ word(bytes, at + 4);
      const i7 = 1792 + (a & 0xff);
      const i6 = 1536 + ((a >>> 8) & 0xff);
      const i5 = 1280 + ((a >>> 16) & 0xff);
      const i4 = 1024 + (a >>> 24);
      const i3 = 768 + (b & 0xff);
      const i2 = 512 + ((b >>> 8) & 0xff);
      const i1 = 256 + ((b >>> 16) & 0xff);
      const i0 = b >>> 24;
      lower =
        entry(low, i7) ^
        entry(low, i6) ^
        entry(low, i5) ^
        entry(low, i4) ^
        entry(low, i3) ^
        entry(low, i2) ^
        entry(low, i1) ^
        entry(low, i0);
      upper =
        entry(high, i7) ^
        entry(high, i6) ^
        entry(high, i5) ^
        entry(high, i4) ^
        entry(high, i3) ^
        entry(high, i2) ^
        entry(high, i1) ^
        entry(high, i0);
    }
    for (; at < length; at++) {
      const index = (lower ^ entry(bytes, at)) & 0xff;
      lower = ((lower >>> 8) | (upper << 24)) ^ entry(low, index);
      upper = (upper >>> 8) ^ entry(high, index);
    }
    this.#low = lower;
    this.#high = upper;
  }

  base64(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE((this.#high ^ 0xffffffff) >>> 0, 0);
    bytes.writeUInt32BE((this.#low ^ 0xffffffff) >>> 0, 4);
    return bytes.toString('base64');
  }
}

/** Four bytes as a number, the lowest first. */
function word(bytes: Uint8Array, at: number): number {
  return (
    entry(bytes, at) |
    (entry(bytes, at + 1) << 8) |
    (entry(bytes, at + 2) << 16) |
    (entry(bytes, at + 3) << 24)
  );
}

function entry(table: Uint32Array | Uint8Array, at: number): number {
  return table[at] as number;
}
