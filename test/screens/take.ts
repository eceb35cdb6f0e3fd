import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool } from '../support/rockpool.ts';
import { type Scene, scenes } from './scenes.ts';

/**
 * Takes a picture of every page in both themes and two sizes into docs/screenshots: full, empty, loading and failed.
 * `npm run screenshots [PART OF A NAME]`.
 */
const folder = join(import.meta.dirname, '../../docs/screenshots');
const wanted = process.argv[2] ?? '';
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 640 },
] as const;
const themes = ['light', 'dark'] as const;

mkdirSync(folder, { recursive: true });
const chosen = scenes.filter((scene) => scene.name.includes(wanted));
await take(
  chosen.filter((scene) => scene.home === 'empty'),
  async () => {},
);
await take(
  chosen.filter((scene) => scene.home === 'full'),
  async (home) => {
    const run = async (...args: string[]): Promise<void> => {
      const { code, stdout, stderr } = await rockpool(home, ...args);
      if (code !== 0) throw new Error(`rockpool ${args.join(' ')}: ${stdout}${stderr}`);
    };
    await run('demo');
    await run('source', 'add', 'staging', './resources/sample');
    await run('install', 'staging/tidewater@1', '--as', 'acme');
    await run('install', './resources/sample/tidewater/2', '--as', 'globex');
    await rockpool(home, 'install', './resources/icons', '--as', 'billing');
    await run('reset', 'acme');
    await run('snapshot', 'save', 'acme', 'before the migration');
  },
);

async function take(of: readonly Scene[], prepare: Parameters<typeof openRockpool>[0]): Promise<void> {
  if (of.length === 0) return;
  await using opened = await openRockpool(prepare);
  for (const scene of of)
    for (const theme of themes) for (const size of sizes) await shoot(opened, scene, theme, size);
}

async function shoot(
  opened: Opened,
  scene: Scene,
  theme: (typeof themes)[number],
  size: (typeof sizes)[number],
): Promise<void> {
  const page = await opened.openTab('/', {
    viewport: size,
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  try {
    const file = join(folder, `${scene.name}-${theme}-${size.width}.png`);
    rmSync(file, { force: true });
    await settleFonts(page);
    await scene.show(page);
    await page.mouse.move(size.width - 2, size.height - 2);
    await page.waitForTimeout(250);
    await page.screenshot({ path: file });
    console.log(file);
  } finally {
    await page.context().close();
  }
}

async function settleFonts(page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready');
}
