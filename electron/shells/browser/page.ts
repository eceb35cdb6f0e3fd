import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RockpoolError } from '../../contract/errors.ts';

const built = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));
const sources = fileURLToPath(new URL('../../../renderer', import.meta.url));
const contract = fileURLToPath(new URL('../../../electron/contract', import.meta.url));

/**
 * The folder of the built page. From a checkout it is built where it is missing or older than its sources, after `say`
 * has been told so. Throws `internal` where there is neither a page nor what to build it from.
 */
export async function findPage(say: (text: string) => void): Promise<string> {
  const builtAt = await lastChange(join(built, 'index.html'));
  const hasSources = existsSync(join(sources, 'vite.config.ts'));
  if (hasSources && builtAt < Math.max(await newest(sources), await newest(contract))) {
    say(builtAt === 0 ? 'Building the page, once …' : 'Building the page anew: its sources have changed …');
    await buildPage();
  }
  if (existsSync(join(built, 'index.html'))) return built;
  throw new RockpoolError('internal', 'The page is not part of this copy of Rockpool.', {
    hint: 'Install Rockpool again, or use the command line: rockpool help.',
  });
}

/** Builds beside the page that is there and changes places: others may be reading it, or building it too. */
async function buildPage(): Promise<void> {
  const { build } = await import('vite');
  const [fresh, old] = [`${built}.${process.pid}.new`, `${built}.${process.pid}.old`];
  try {
    await build({
      configFile: join(sources, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: fresh, emptyOutDir: true },
    });
    await rename(built, old).catch(() => {});
    await rename(fresh, built).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was faster, with the same sources.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    for (const folder of [fresh, old]) await rm(folder, { recursive: true, force: true });
  }
}

async function newest(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const times = entries
    .filter((entry) => entry.isFile())
    .map((entry) => lastChange(join(entry.parentPath, entry.name)));
  return Math.max(0, ...(await Promise.all(times)));
}

async function lastChange(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.mtimeMs ?? 0;
}
