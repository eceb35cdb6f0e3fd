/** PNG images by their width in pixels. */
export type Images = ReadonlyMap<number, Buffer>;

const icoSizes = [16, 24, 32, 48, 64, 128, 256];

/** A Windows icon that holds PNG images (Windows Vista and later): a head, an entry an image, the images. */
export function icoOf(images: Images): Buffer {
  const chosen = pick(images, icoSizes);
  const head = Buffer.alloc(6 + 16 * chosen.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(chosen.length, 4);
  let offset = head.length;
  for (const [index, [size, image]] of chosen.entries()) {
    const at = 6 + 16 * index;
    // A byte holds the size; 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(image.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += image.length;
  }
  return Buffer.concat([head, ...chosen.map(([, image]) => image)]);
}

// Types of macOS icons that hold PNG; those of twice the pixels are the same image for a display of twice the density.
const icnsTypes: readonly (readonly [string, number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
];

/** A macOS icon: a head with the whole length, then a type, a length and a PNG each. */
export function icnsOf(images: Images): Buffer {
  const parts = icnsTypes.map(([type, size]) => {
    const [[, image] = [0, Buffer.alloc(0)]] = pick(images, [size]);
    return Buffer.concat([Buffer.from(type), lengthOf(image.length + 8), image]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from('icns'), lengthOf(body.length + 8), body]);
}

function pick(images: Images, sizes: readonly number[]): [number, Buffer][] {
  return sizes.map((size) => {
    const image = images.get(size);
    if (image === undefined) throw new Error(`there is no image of ${size} pixels`);
    return [size, image];
  });
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}
