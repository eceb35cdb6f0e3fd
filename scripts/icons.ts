import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openChromium } from '../test/support/chromium.ts';
import { icnsOf, icoOf } from './iconfiles.ts';

/**
 * Draws the icons of resources/icons from their SVG with Chromium: icon.png of 1024 pixels, one of each size for Linux,
 * icon.ico and icon.icns. The results are kept with the sources; run it when icon.svg has changed.
 */
const folder = resolve(import.meta.dirname, '..', 'resources', 'icons');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

const browser = await openChromium();
try {
  const images = new Map<number, Buffer>();
  const { readFileSync } = await import('node:fs');
  const svg = readFileSync(join(folder, 'icon.svg'), 'utf8');
  for (const size of sizes) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    images.set(size, await page.screenshot({ omitBackground: true, type: 'png' }));
    await page.close();
  }
  mkdirSync(join(folder, 'linux'), { recursive: true });
  for (const [size, image] of images) {
    if (size <= 512) writeFileSync(join(folder, 'linux', `${size}x${size}.png`), image);
  }
  writeFileSync(join(folder, 'icon.png'), images.get(1024) ?? Buffer.alloc(0));
  writeFileSync(join(folder, 'icon.ico'), icoOf(images));
  writeFileSync(join(folder, 'icon.icns'), icnsOf(images));
} finally {
  await browser.close();
}
