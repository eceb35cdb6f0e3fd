import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool } from '../support/rockpool.ts';
import { type Scene, scenes } from './scenes.ts';

/**
 * Takes a picture of every page in both themes and two sizes into docs/screenshots: full, empty, loading and failed.
 * `npm run screenshots [PATTERN OF NAMES]`.
 */
const folder = join(import.meta.dirname, '../../docs/screenshots');
const wanted = process.argv[2] ?? '';
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 640 },
] as const;
const themes = ['light', 'dark'] as const;

mkdirSync(folder, { recursive: true });
const chosen = scenes.filter((scene) => new RegExp(wanted).test(scene.name));
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
    await run('source', 'add', 'nightly', 'http://127.0.0.1:9');
    const file = join(home.path, '..', 'demo.sql');
    await writeFile(
      file,
      'UPDATE plans SET name = %(plan_name)s WHERE id = 1;\nUPDATE accounts SET name = %(company_name)s WHERE id IN (1, 2);\n',
    );
    await run('statements', 'acme', 'set', file);
    await run('profile', 'acme', 'save', 'Globex', 'plan_name=Globex Gold', 'company_name=Globex & Sons');
    await run('profile', 'acme', 'save', 'Initech', 'plan_name=Basic', 'company_name=Initech');
    await run('reset', 'acme', '--profile', 'Globex');
  },
);

async function take(of: readonly Scene[], prepare: Parameters<typeof openRockpool>[0]): Promise<void> {
  if (of.length === 0) return;
  await using opened = await openRockpool(prepare);
  for (const scene of of) {
    if (scene.before !== undefined) await rockpool(opened.home, ...scene.before);
    for (const [theme, size] of looksOf(scene)) await shoot(opened, scene, theme, size);
    if (scene.after !== undefined) await rockpool(opened.home, ...scene.after);
  }
}

// What is seen for a moment only is taken in each theme and each size once: all pictures together stay small.
function looksOf({ name }: Scene) {
  const [wide, narrow] = sizes;
  if (/first-run|not-there|-(empty|loading|failed|stopped)$/.test(name))
    return [['light', wide] as const, ['dark', narrow] as const];
  return themes.flatMap((theme) => sizes.map((size) => [theme, size] as const));
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
    await hidePlaces(page, opened.home.path);
    await page.screenshot({ path: file });
    console.log(file);
  } finally {
    await page.context().close();
  }
}

async function settleFonts(page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready');
}

/** A picture says nothing of the machine that it was taken on. */
async function hidePlaces(page: Page, home: string): Promise<void> {
  const places = [
    [home, '/home/kim/.local/share/rockpool'],
    [join(import.meta.dirname, '../..'), '/home/kim/rockpool'],
  ];
  await page.evaluate(`{
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
      for (const [from, to] of ${JSON.stringify(places)}) text.data = text.data.replaceAll(from, to);
  }`);
}
