import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUpResults, type Results, readResults, summaryLine } from './support/results.ts';
import { findStrays } from './support/strays.ts';

/**
 * Runs types, lint, unit and integration tests, names what failed and what was skipped and why, and ends with
 * `N passed, N failed, N skipped`. `--full` runs longer seeds and more rounds; ROCKPOOL_REQUIRE_ALL=1 lets a skipped
 * test fail. All that tests put into the temporary folder is gone in the end.
 */
const root = join(import.meta.dirname, '..');
const full = process.argv.includes('--full');
// A run takes a third of this on two quiet cores; past it something hangs.
const deadline = Date.now() + (full ? 75 : 35) * 60_000;

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
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    endGroup();
    tidy();
    process.exit(130);
  });
}

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
  tidy(),
];
const total = addUpResults(results, process.env.ROCKPOOL_REQUIRE_ALL === '1');
console.log('');
for (const { test, reason } of total.skipped) console.log(`skipped  ${test}\n         because ${reason}`);
for (const test of total.failed) console.log(`failed   ${test}`);
console.log(summaryLine(total));
process.exitCode = total.failed.length > 0 ? 1 : 0;

async function check(name: string, command: readonly string[]): Promise<Results> {
  const exitCode = await run(name, command);
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? [] : [name], skipped: [] };
}

async function vitest(project: string, workers = 2): Promise<Results> {
  const file = join(temporary, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  // The default loader of the configuration writes into node_modules, which may belong to somebody else.
  const options = ['--configLoader=runner', `--project=${project}`, `--maxWorkers=${workers}`, ...reporters];
  const command = ['node_modules/vitest/vitest.mjs', 'run', ...options];
  const exitCode = await run(project, command);
  const report = existsSync(file) ? readFileSync(file, 'utf8') : null;
  rmSync(file, { force: true });
  return readResults(project, report, exitCode, root);
}

/** Runs a Node program of the project in a process group of its own, which is ended as a whole past the deadline. */
function run(name: string, command: readonly string[]): Promise<number> {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    group = child.pid;
    const timer = setTimeout(
      () => {
        console.log(`${name} has run past the time that all tests may take, and is ended.`);
        endGroup();
      },
      Math.max(0, deadline - Date.now()),
    );
    child.on('error', (error) => console.log(`${name} did not start: ${error.message}`));
    child.on('close', (code) => {
      clearTimeout(timer);
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

/** Ends and removes what tests left behind. A process that was left is a failure, with its command line. */
function tidy(): Results {
  const strays = findStrays(temporary);
  for (const { pid } of strays) process.kill(pid, 'SIGKILL');
  const files = existsSync(temporary) ? readdirSync(temporary) : [];
  if (files.length > 0) console.log(`\nLeft in the temporary folder and removed: ${files.join(', ')}`);
  for (const folder of [temporary, bundled])
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  const failed = strays.map(
    ({ pid, command }) => `a test left process ${pid} behind: ${command.slice(0, 200)}`,
  );
  return { passed: 0, failed, skipped: [] };
}
