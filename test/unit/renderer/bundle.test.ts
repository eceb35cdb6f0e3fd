import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const most = 350_000;

describe('the built page', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rockpool-bundle-'));
    const configFile = join(import.meta.dirname, '../../../renderer/vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir: folder } });
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('needs no more than 350 kB, packed, before it can be used', async () => {
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const needed = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(
      ([, file]) => file as string,
    );
    expect(needed.some((file) => file.endsWith('.js'))).toBe(true);
    const sizes = await Promise.all(
      needed.map(async (file) => gzipSync(await readFile(join(folder, file))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(most);
  });

  it('brings the editor and the layout of diagrams only when they are needed', async () => {
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const assets = await readdir(join(folder, 'assets'));
    const heavy = assets.filter((file) => /^(editor|elk-worker|diagram)/.test(file));
    expect(heavy.length).toBeGreaterThanOrEqual(3);
    for (const file of heavy) expect(html).not.toContain(file);
  });
});
