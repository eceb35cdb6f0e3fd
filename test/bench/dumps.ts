import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallResult } from '../../electron/contract/install.ts';
import { type Address, withSession } from '../../electron/sql/connect.ts';
import { clientPrograms, runClient } from '../support/dumps.ts';
import { makeHome } from '../support/home.ts';
import { startPostgres } from '../support/postgres.ts';
import { settle } from '../support/rockpool.ts';
import { figureOf, measureCommand } from './measure.ts';
import { shopSql } from './shop.ts';

/**
 * Holds installs of dumps against `pg_restore -j2` and `psql -f`, side by side in one run:
 * `node test/bench/dumps.ts [MB] [ROUNDS] [KIND,…]`. The database has 12 tables, the largest a quarter of it, 20 indexes
 * and 10 foreign keys, and takes about as many megabytes as are asked for. Prints seconds and ratios, and judges nothing.
 */
const megabytes = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 3);
const kinds = (process.argv[4] ?? 'custom,plain').split(',');

// What initdb and postgres have by default, where the servers of tests have something else.
const stock = [
  'fsync=on',
  'wal_level=replica',
  'max_wal_senders=10',
  'shared_buffers=128MB',
  'max_locks_per_transaction=64',
];
const ours = ['fsync=on', 'shared_buffers=128MB', 'max_wal_size=4GB'];

if (clientPrograms === null) throw new Error('pg_dump and pg_restore are not on this machine');
const folder = await mkdtemp(join(tmpdir(), 'rockpool-dumps-'));
try {
  await writeDumps();
  for (const kind of kinds) await compare(kind);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function writeDumps(): Promise<void> {
  await using source = await startPostgres({ bin: clientPrograms ?? '', settings: ['max_wal_size=4GB'] });
  const { admin } = source.server;
  await withSession(admin, {}, (session) => session.query('CREATE DATABASE shop'));
  const shop = { ...admin, database: 'shop' };
  await runClient('psql', shop, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', shopSql(megabytes)]);
  const size = await withSession(shop, {}, async (session) => {
    const { rows } = await session.query<{ bytes: string }>("SELECT pg_database_size('shop') AS bytes");
    return Number(rows[0]?.bytes);
  });
  console.log(`the database takes ${(size / 1e6).toFixed(0)} MB`);
  for (const kind of kinds) {
    const path = join(folder, kind);
    await runClient('pg_dump', shop, [...optionsOf(kind), '-f', path]);
    console.log(`${kind}: ${((await stat(path)).size / 1e6).toFixed(0)} MB`);
  }
}

function optionsOf(kind: string): string[] {
  if (kind === 'plain') return ['-Fp'];
  return kind === 'none' ? ['-Fc', '-Z0'] : ['-Fc'];
}

async function compare(kind: string): Promise<void> {
  const path = join(folder, kind);
  const times: Record<string, number[]> = { stock: [], ours: [], restore: [], install: [] };
  let peakBytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, settings] of Object.entries({ stock, ours })) {
      await using server = await startPostgres({ settings });
      times[name]?.push(await theirs(kind, path, server.server.admin));
    }
    await using home = await makeHome();
    await measureCommand(home, 'demo');
    await settle(home);
    const run = await measureCommand(home, 'install', path, '--as', 'shop', '--json');
    const { report } = JSON.parse(run.stdout) as InstallResult;
    times.restore?.push(report.ms.restore);
    times.install?.push(run.ms);
    peakBytes = Math.max(peakBytes, run.peakBytes ?? 0);
    console.log(
      `round ${round + 1}: ${JSON.stringify(Object.fromEntries(Object.entries(times).map(([name, all]) => [name, Math.round(all.at(-1) ?? 0)])))}`,
    );
    await settle(home, 600_000);
  }
  const median = (name: string): number => figureOf(times[name] ?? []).median;
  const program = kind === 'plain' ? 'psql -f' : 'pg_restore -j2';
  for (const against of ['stock', 'ours']) {
    console.log(
      `${kind}: to ${program} on ${against === 'stock' ? 'a stock server' : 'one with our settings'}: restore ${(median('restore') / median(against)).toFixed(2)}, whole install ${(median('install') / median(against)).toFixed(2)}`,
    );
  }
  console.log(`${kind}: peak memory of the process ${(peakBytes / 1e6).toFixed(0)} MB`);
}

async function theirs(kind: string, path: string, admin: Address): Promise<number> {
  await withSession(admin, {}, (session) => session.query('CREATE DATABASE shop'));
  const shop = { ...admin, database: 'shop' };
  const startedAt = performance.now();
  if (kind === 'plain') await runClient('psql', shop, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', path]);
  else await runClient('pg_restore', shop, ['-j2', '--no-owner', path]);
  return performance.now() - startedAt;
}
