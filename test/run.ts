import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLeftOver } from './support/left-over.ts';
import { readProgress } from './support/progress.ts';
import { addUpResults, type Results, readEnded, readResults, summaryLine } from './support/results.ts';
import { endStrays, parentOf } from './support/strays.ts';

/**
 * Runs types, lint, unit and integration tests, names what failed and what was skipped and why, and ends with
 * `N passed, N failed, N skipped`. `--full` runs longer seeds and more rounds; ROCKPOOL_REQUIRE_ALL=1 lets a skipped
 * test fail. All that tests put into the temporary folder is gone in the end. A run that is ended early, past its
 * minutes (ROCKPOOL_TEST_MINUTES) or by a signal, names what it had not come to.
 */
const root = join(import.meta.dirname, '..');
const full = process.argv.includes('--full');
// A run takes a quarter of this on two quiet cores, and half on a machine half as fast: past it something hangs.
const minutes = Number(process.env.ROCKPOOL_TEST_MINUTES ?? (full ? 150 : 60));
const deadline = Date.now() + minutes * 60_000;

const temporary = mkdtempSync(join(tmpdir(), 'rockpool-test-'));
// A server that is started as root runs under another uid, which must be able to pass through.
chmodSync(temporary, 0o711);

const environment: NodeJS.ProcessEnv = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
if (full) environment.ROCKPOOL_TEST_FULL = '1';
// A person's own data must not be touched by a test that forgets to name a folder of its own.
environment.ROCKPOOL_HOME = join(temporary, 'home');

// Many tests start the command line: the bundled one, which people run, starts in a third of the time.
const bundled = mkdtempSync(join(tmpdir(), 'rockpool-tested-'));
chmodSync(bundled, 0o711);
environment.ROCKPOOL_PROGRAM = join(bundled, 'app', 'cli', 'main.js');

// Where it takes a log for a terminal it colours every letter.
const colors = process.stdout.isTTY ? [] : ['--colors=off'];

let group: number | undefined;
let endedEarly: string | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait for the names of what was left out.
    if (endedEarly === signal) process.exit(130);
    endEarly(signal);
  });
}
// npm puts a shell in between, which a signal ends alone or not at all: then nobody is left whom a run is for.
const startedBy = (): string => `${process.ppid} ${parentOf(process.ppid)}`;
const starters = startedBy();
const watch = setInterval(() => {
  if (process.env.npm_lifecycle_event !== undefined && startedBy() !== starters && endedEarly === null)
    endEarly('npm, which started it, has gone');
}, 500);
const timer = setTimeout(
  () => endEarly(`the ${minutes} minutes that all tests may take`),
  deadline - Date.now(),
);

const results: Results[] = [
  await check('types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']),
  await check('types of the page', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'renderer']),
  await check('lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', ...colors, '.']),
  await check('page', ['node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts']),
  await check('app', ['scripts/bundle.ts', join(bundled, 'app'), join('dist', 'renderer')]),
  await vitest('unit'),
  // Tests with servers wait a good part of their time: three at once take a sixth less on two cores than two do.
  await vitest('integration', 3),
  await vitest('docker', 3),
  await vitest('e2e'),
  await tidy(),
];
clearTimeout(timer);
clearInterval(watch);
const total = addUpResults(results, process.env.ROCKPOOL_REQUIRE_ALL === '1');
console.log('');
for (const { test, reason } of total.skipped) console.log(`skipped  ${test}\n         because ${reason}`);
for (const test of total.notRun ?? []) console.log(`not run  ${test}`);
for (const test of total.failed) console.log(`failed   ${test}`);
if (endedEarly !== null) console.log(`Ended early: ${endedEarly}.`);
console.log(summaryLine(total));
process.exitCode = total.failed.length > 0 ? 1 : 0;

function endEarly(why: string): void {
  console.log(`\nThe run is ended early: ${why}.`);
  endedEarly = why;
  endGroup();
}

async function check(name: string, command: readonly string[]): Promise<Results> {
  if (endedEarly !== null) return { passed: 0, failed: [], skipped: [], notRun: [name] };
  const exitCode = await run(name, command);
  if (endedEarly !== null) return { passed: 0, failed: [`${name}: it was ended early`], skipped: [] };
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? [] : [name], skipped: [] };
}

async function vitest(project: string, workers = 2): Promise<Results> {
  if (endedEarly !== null) return { passed: 0, failed: [], skipped: [], notRun: [`${project}: all of it`] };
  const folder = join(temporary, `results-${project}`);
  mkdirSync(folder);
  // The default loader of the configuration writes into node_modules, which may belong to somebody else.
  const options = ['--configLoader=runner', `--project=${project}`, `--maxWorkers=${workers}`];
  const command = ['node_modules/vitest/vitest.mjs', 'run', ...options];
  const exitCode = await run(project, command, { ROCKPOOL_TEST_RESULTS: folder });
  const file = join(folder, 'report.json');
  const report = existsSync(file) ? readFileSync(file, 'utf8') : null;
  const { report: until, notRun } = readProgress(join(folder, 'progress.jsonl'));
  rmSync(folder, { recursive: true, force: true });
  if (endedEarly !== null && report === null) return readEnded(project, until, notRun, root);
  return readResults(project, report, exitCode, root);
}

/** Runs a Node program of the project in a process group of its own, which is ended as a whole in the end. */
function run(name: string, command: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<number> {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...environment, ...more },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    group = child.pid;
    child.on('error', (error) => console.log(`${name} did not start: ${error.message}`));
    child.on('close', (code) => {
      endGroup();
      console.log(
        `== ${name}: ${code === 0 ? 'ok' : 'failed'}, ${Math.round((Date.now() - startedAt) / 1000)} s`,
      );
      resolve(code ?? 1);
    });
  });
}

function endGroup(): void {
  if (group === undefined || process.platform === 'win32') return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Everything in it has ended by itself.
  }
  group = undefined;
}

/**
 * Ends and removes what tests left behind. A process or a container that was left is a failure, with its command line;
 * where the run was ended early it is what could be expected.
 */
async function tidy(): Promise<Results> {
  const { folders, removeContainers } = findLeftOver(temporary);
  const strays = await endStrays([temporary, bundled, ...folders]);
  const containers = removeContainers();
  const files = existsSync(temporary) ? readdirSync(temporary) : [];
  if (files.length > 0) console.log(`\nLeft in the temporary folder and removed: ${files.join(', ')}`);
  for (const folder of [temporary, bundled, ...folders])
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  const left = [
    ...strays.map(({ pid, command }) => `process ${pid} behind: ${command.slice(0, 200)}`),
    ...containers.map((name) => `the ${name} behind`),
  ];
  if (endedEarly !== null) console.log(`\nLeft by tests that were ended, and ended too: ${left.length}`);
  const failed = endedEarly === null ? left.map((what) => `a test left ${what}`) : [];
  return { passed: 0, failed, skipped: [] };
}
