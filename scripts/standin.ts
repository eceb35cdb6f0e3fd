import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

// By which @electron/fuses finds the fuses in a binary; then the version of the wire, its length and a sign a fuse.
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;

/**
 * Makes a folder that electron-builder takes for an unpacked Electron for Linux: all that is in it is what packing reads
 * or changes. The program is no program, but it holds the fuses as Electron's own does, all still as they come (`0`, `1`).
 */
export function makeStandIn(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, fuseCount]),
    Buffer.from('1011010111'.slice(0, fuseCount)),
  ]);
  writeFileSync(
    join(folder, 'electron'),
    Buffer.concat([Buffer.alloc(4096, 0x2e), wire, Buffer.alloc(4096, 0x2e)]),
    { mode: 0o755 },
  );
  for (const language of ['en-US', 'en-GB', 'de', 'fr']) {
    writeFileSync(join(folder, 'locales', `${language}.pak`), language);
  }
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  writeFileSync(join(folder, 'version'), version);
  cpSync(join(root, 'node_modules/electron/LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'LICENSES.chromium.html'), '<!doctype html>');
}
