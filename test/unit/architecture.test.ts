import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFiles } from '../support/files.ts';
import { importsOf, layers, roomOf, type SourceFile } from '../support/layers.ts';
import { importProblems, machinePathProblems, styleProblems } from '../support/rules.ts';

const code = ['.ts', '.tsx', '.mts', '.cts'];
const text = [
  ...code,
  '.md',
  '.sql',
  '.csv',
  '.json',
  '.css',
  '.html',
  '.yml',
  '.yaml',
  '.mjs',
  '.js',
  '/run',
];

/** One made-up file. */
function file(path: string, ...lines: string[]): SourceFile[] {
  return [{ path, text: `${lines.join('\n')}\n` }];
}

describe('the code as it is', () => {
  // What builds the page is no part of it.
  const sources = readFiles(['electron', 'renderer'], code).filter(
    ({ path }) => path !== 'renderer/vite.config.ts',
  );

  it('is really read', () => {
    expect(sources.map((source) => source.path)).toContain('electron/contract/errors.ts');
    const rooms = new Set(sources.map((source) => roomOf(source.path)));
    expect(rooms.size).toBeGreaterThan(3);
  });

  it('imports downwards only, and never a neighbour', () => {
    expect(importProblems(sources)).toEqual([]);
  });

  it('keeps the app out of the desktop shell’s main process, which only shows what the core does', () => {
    const byPath = new Map(sources.map((source) => [source.path, source.text]));
    const loaded = new Set<string>();
    const load = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      // A type is gone before anything runs.
      const text = byPath.get(path)?.replaceAll(/^import type .*?;$/gms, '') ?? '';
      for (const name of importsOf(text))
        if (name.startsWith('.')) load(posix.join(posix.dirname(path), name));
    };
    load('electron/shells/desktop/main.ts');
    expect([...loaded]).toContain('electron/shells/desktop/keyring.ts');
    expect(
      [...loaded].filter((path) => /^electron\/(?:app(?:\/api)?\.ts|installs|servers)/.test(path)),
    ).toEqual([]);
  });

  it('has no default exports, enums, empty names or files that are two', () => {
    expect(styleProblems([...sources, ...readFiles(['resources'], code)])).toEqual([]);
  });

  it('names no path of one machine', () => {
    const places = [
      'electron',
      'renderer',
      'resources',
      'docs',
      '.ci',
      'README.md',
      'CHANGELOG.md',
      'package.json',
    ];
    expect(machinePathProblems(readFiles(places, text))).toEqual([]);
  });
});

describe('the rules for imports', () => {
  it.each([
    ['a neighbour', 'electron/state/a.ts', "import { quoteName } from '../sql/quote.ts';", 'neighbours'],
    [
      'a neighbour’s type',
      'electron/sources/a.ts',
      "import type { Row } from '../archives/row.ts';",
      'neighbours',
    ],
    ['a higher room', 'electron/jobs/a.ts', "export { x } from '../installs/x.ts';", 'above'],
    ['a higher room, late', 'electron/sql/a.ts', "const x = await import('../restore/x.ts');", 'above'],
    ['the app', 'electron/installs/a.ts', "import '../app.ts';", 'above'],
    ['a room past app.ts', 'electron/shells/cli/a.ts', "import { x } from '../../installs/x.ts';", 'only'],
    ['another shell', 'electron/shells/cli/a.ts', "import { x } from '../desktop/x.ts';", 'only'],
    ['a room nobody placed', 'electron/attic/a.ts', '', 'no layer'],
    [
      'more than the contract',
      'renderer/pages/a.tsx',
      "import { x } from '../../electron/state/x.ts';",
      'only',
    ],
    ['Node in the page', 'renderer/store/a.ts', "import fs from 'fs';", 'no Node'],
    [
      'Electron outside its shell',
      'electron/app.ts',
      "import { app } from 'electron';",
      'only shells/desktop',
    ],
    [
      'Electron’s parts',
      'electron/state/a.ts',
      "import { app } from 'electron/main';",
      'only shells/desktop',
    ],
    ['Node in the contract', 'electron/contract/a.ts', "import { join } from 'node:path';", 'no Node'],
    ['a package in the contract', 'electron/contract/a.ts', "import pg from 'pg';", 'zod'],
    ['tests', 'electron/jobs/a.ts', "import { x } from '../../test/support/x.ts';", 'leaves'],
  ])('refuse %s', (_what, path, line, problem) => {
    const problems = importProblems(file(path, line));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(path);
    expect(problems[0]).toContain(problem);
  });

  it('allow what the layers allow', () => {
    const files = [
      ...file('electron/contract/job.ts', "import { z } from 'zod';", "import { E } from './errors.ts';"),
      ...file(
        'electron/installs/reset.ts',
        "import { runJob } from '../jobs/run.ts';",
        "import fs from 'node:fs';",
      ),
      ...file('electron/app.ts', "import { reset } from './installs/reset.ts';"),
      ...file('electron/shells/cli/main.ts', "import { openApp } from '../../app.ts';"),
      ...file('electron/shells/desktop/main.ts', "import { app } from 'electron';"),
      ...file('renderer/pages/a.tsx', "import { Job } from '../../electron/contract/job.ts';"),
    ];
    expect(importProblems(files)).toEqual([]);
  });

  it('see every way to import', () => {
    const lines = [
      "import a from './a.ts';",
      "import {\n  type B,\n  b,\n} from './b.ts';",
      "import './c.ts';",
      "export * from './d.ts';",
      "const e = await import('./e.ts');",
      "type F = import('./f.ts').F;",
      "const g = require('./g.cjs');",
    ];
    const found = importsOf(lines.join('\n')).map((specifier) => specifier[2]);
    expect(found.sort().join('')).toBe('abcdefg');
  });

  it('know each room once', () => {
    const rooms = layers.flat();
    expect(new Set(rooms).size).toBe(rooms.length);
  });
});

describe('the rules for style', () => {
  it.each([
    ['a default export', 'electron/jobs/a.ts', 'export default function run() {}'],
    ['a default export by another way', 'electron/jobs/a.ts', 'export { run as default };'],
    ['an enum', 'electron/jobs/a.ts', 'export const enum Colour { red }'],
    ['an empty name', 'electron/jobs/utils.ts', ''],
    ['an empty folder name', 'renderer/common/a.ts', ''],
    ['a barrel', 'electron/jobs/index.ts', ''],
    ['a file of 301 lines', 'resources/sample/a.ts', 'x\n'.repeat(300)],
  ])('refuse %s', (_what, path, content) => {
    expect(styleProblems(file(path, content))).toEqual([expect.stringContaining(path)]);
  });

  it('allow a file of 300 lines and a word that only looks like an enum', () => {
    expect(styleProblems(file('electron/jobs/a.ts', "const sql = 'CREATE TYPE mood AS ENUM (1)';"))).toEqual(
      [],
    );
    expect(styleProblems(file('electron/jobs/a.ts', 'x\n'.repeat(299)))).toEqual([]);
  });
});

describe('the rule for paths', () => {
  it('refuses a folder of one machine and says where it stands', () => {
    const path = ['', 'work', 'main', 'x.ts'].join('/');
    expect(machinePathProblems(file('docs/a.md', 'fine', `see ${path}`))).toEqual([
      expect.stringContaining('docs/a.md:2'),
    ]);
    expect(
      machinePathProblems(file('electron/a.ts', `'${['', 'root', '.rockpool'].join('/')}'`)),
    ).toHaveLength(1);
  });

  it('allows words and addresses that only look like one', () => {
    expect(
      machinePathProblems(file('docs/a.md', 'node_modules/work/x, https://a.example/b, ./root/x')),
    ).toEqual([]);
  });
});
