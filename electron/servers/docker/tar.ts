/** A file that is to be put into a container. */
export interface FileToPut {
  /** Without a leading slash; shorter than 100 characters. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/**
 * Packs a folder and files in it, owned by root, as the engine takes them (POSIX ustar: blocks of 512 bytes). What
 * goes into a container goes through the engine: a folder of this machine may not be there on the engine's.
 */
export function packFiles(folder: string, files: readonly FileToPut[]): Buffer {
  const blocks = [header(`${folder}/`, 0, 0o755, '5')];
  for (const { path, text, mode } of files) {
    const body = Buffer.from(text);
    blocks.push(header(path, body.byteLength, mode, '0'), body);
    blocks.push(Buffer.alloc((512 - (body.byteLength % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(name: string, sizeBytes: number, mode: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(sizeBytes, 11), 124);
  block.write(octal(Math.floor(Date.now() / 1000), 11), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
