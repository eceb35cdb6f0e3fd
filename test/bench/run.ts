import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallResult, ResetResult } from '../../electron/contract/install.ts';
import type { Job } from '../../electron/contract/job.ts';
import { getJob } from '../../electron/jobs/history.ts';
import { openServers } from '../../electron/servers/servers.ts';
import { connect } from '../../electron/sql/connect.ts';
import { bundle } from '../../scripts/bundle.ts';
import { type Home, makeHome } from '../support/home.ts';
import { rockpoolJson, settle } from '../support/rockpool.ts';
import { publishDataset } from './dataset.ts';
import { benchLink } from './link.ts';
import { type Figure, figureOf, measureCommand } from './measure.ts';
import { benchPull } from './pull.ts';
import { benchUpdate } from './update.ts';

/**
 * Measures side by side in one run what Rockpool promises: `node test/bench/run.ts [BIG_MB] [NAME …]`, of which the names
 * are `start`, `reset`, `update`, `pull` and `link`; all where none is given. Prints figures and ratios; it judges
 * nothing, since machines differ.
 */
const [bigMegabytes = '700', ...names] = process.argv.slice(2);
const bigBytes = Number(bigMegabytes) * 1e6;
const smallBytes = 8e6;
const rounds = 9;

const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-'));
await using home = await makeHome();
const benches: Readonly<Record<string, () => Promise<void>>> = {
  start: () => benchStart(home),
  reset: () => benchReset(home),
  update: () => benchUpdate(home, folder, bigBytes / 4),
  pull: () => benchPull((bigBytes * 4) / 7),
  link: () => benchLink((bigBytes * 2) / 7),
};
try {
  // What people run is bundled.
  await bundle(join(folder, 'app'));
  process.env.ROCKPOOL_PROGRAM = join(folder, 'app', 'cli', 'main.js');
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length === 0 || names.includes(name)) await bench();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function benchStart(home: Home): Promise<void> {
  const demo = await measureCommand(home, 'demo');
  say('demo in an empty home, to the URL', figureOf([demo.ms]));
  await settle(home);
  const lists: number[] = [];
  for (let round = 0; round < rounds; round += 1) lists.push((await measureCommand(home, 'list')).ms);
  say('list, whole process', figureOf(lists));
}

async function benchReset(home: Home): Promise<void> {
  await publishDataset(join(folder, 'small'), smallBytes);
  await publishDataset(join(folder, 'big'), bigBytes);
  const small = await benchInstall(home, 'small');
  const big = await benchInstall(home, 'big');
  console.log(`live sizes: ${mb(small.install.sizeBytes)} and ${mb(big.install.sizeBytes)} MB`);
  const resets: Record<string, ResetResult[]> = { small: [], big: [] };
  const whole: Record<string, number[]> = { small: [], big: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['small', 'big']) {
      await settle(home, 600_000);
      const run = await measureCommand(home, 'reset', name, '--json');
      resets[name]?.push(JSON.parse(run.stdout) as ResetResult);
      whole[name]?.push(run.ms);
    }
  }
  const switches = (name: string): Figure => figureOf((resets[name] ?? []).map((reset) => reset.ms.switch));
  for (const name of ['small', 'big']) {
    say(`reset ${name}: switch`, switches(name));
    say(
      `reset ${name}: job in all, spare ready`,
      figureOf((resets[name] ?? []).map((reset) => reset.ms.total)),
    );
    say(`reset ${name}: whole process`, figureOf(whole[name] ?? []));
  }
  console.log(`switch, big to small: ${(switches('big').median / switches('small').median).toFixed(2)}`);
  await benchWithoutSpare(home);
}

async function benchInstall(home: Home, name: string): Promise<InstallResult> {
  const samples: { atMs: number; progress: number; etaMs: number | null }[] = [];
  const startedAt = performance.now();
  const watching = setInterval(() => {
    const job = runningInstall(home);
    if (job !== null)
      samples.push({ atMs: performance.now() - startedAt, progress: job.progress, etaMs: job.etaMs });
  }, 100);
  const run = await measureCommand(home, 'install', join(folder, name), '--as', name, '--json');
  clearInterval(watching);
  const result = JSON.parse(run.stdout) as InstallResult;
  const { ms } = result.report;
  console.log(
    `install ${name}: pull ${ms.pull}, restore ${ms.restore}, publish ${ms.publish}, total ${ms.total} ms; process peak ${mb(run.peakBytes ?? 0)} MB`,
  );
  const endMs =
    Date.parse(getJob(home.core.state, result.job).endedAt ?? '') -
    Date.parse(getJob(home.core.state, result.job).startedAt ?? '');
  sayEta(name, samples, endMs);
  return result;
}

function runningInstall(home: Home): Job | null {
  const row = home.core.state.rows("SELECT id FROM jobs WHERE kind = 'install' AND state = 'running'")[0];
  return row === undefined ? null : getJob(home.core.state, String(row.id));
}

function sayEta(
  name: string,
  samples: readonly { atMs: number; etaMs: number | null }[],
  totalMs: number,
): void {
  const known = samples.filter(
    (sample) => sample.etaMs !== null && sample.atMs > totalMs / 5 && sample.atMs < totalMs * 0.95,
  );
  const factors = known.map(({ atMs, etaMs }) => {
    const real = Math.max(1, totalMs - atMs);
    return Math.max(real / Math.max(1, etaMs ?? 1), (etaMs ?? 1) / real);
  });
  const within = factors.filter((factor) => factor <= 2).length;
  console.log(
    `install ${name}: ETA within a factor of two in ${within} of ${factors.length} samples after the first fifth`,
  );
}

async function benchWithoutSpare(home: Home): Promise<void> {
  const server = await openServers(home.core).running('embedded');
  if (server === null) throw new Error('the server does not run');
  const resets: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await settle(home, 600_000);
    const [{ pristine } = { pristine: '' }] = home.core.state.rows(
      "SELECT pristine FROM installs WHERE name = 'big'",
    );
    const [row] = home.core.state.rows(
      "SELECT json_extract(record, '$.database') AS name FROM pristines WHERE id = ?",
      String(pristine),
    );
    await using admin = await connect(server.admin);
    const startedAt = performance.now();
    await admin.query(`CREATE DATABASE bench_copy TEMPLATE ${String(row?.name)} STRATEGY FILE_COPY`);
    copies.push(performance.now() - startedAt);
    await admin.query('DROP DATABASE bench_copy');
    const [spare] = home.core.state.rows(
      "SELECT json_extract(record, '$.spare.database') AS name FROM installs WHERE name = 'big'",
    );
    await admin.query(`DROP DATABASE IF EXISTS ${String(spare?.name)}`);
    resets.push((await rockpoolJson<ResetResult>(home, 'reset', 'big')).ms.total);
  }
  say('reset big without a spare: job in all', figureOf(resets));
  say('bare CREATE DATABASE … TEMPLATE of the same', figureOf(copies));
  console.log(`ratio: ${(figureOf(resets).median / figureOf(copies).median).toFixed(2)}`);
}

function say(what: string, { min, median, max }: Figure): void {
  console.log(`${what}: median ${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)})`);
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e6);
}
