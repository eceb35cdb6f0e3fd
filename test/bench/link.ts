import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullPublication } from '../../electron/archives/pull.ts';
import type { InstallResult } from '../../electron/contract/install.ts';
import { openS3 } from '../../electron/sources/s3.ts';
import { defaultS3Options } from '../../electron/sources/s3-address.ts';
import { makeCore } from '../support/core.ts';
import { type Home, makeHome } from '../support/home.ts';
import { startLink } from '../support/link.ts';
import { startProgram } from '../support/program.ts';
import { rockpoolJson, settle } from '../support/rockpool.ts';
import { s3Keys } from '../support/s3-server.ts';
import { publishDataset } from './dataset.ts';
import { figureOf } from './measure.ts';

const rounds = 5;

/**
 * Installs a dataset of 12 tables over a link that is so narrow that the pull alone takes as long as the restore alone,
 * copy for the live included, beside these two, and prints how much longer than the longer of them the whole takes.
 */
export async function benchLink(sizeBytes = 200e6): Promise<void> {
  Object.assign(process.env, s3Keys);
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-link-'));
  try {
    await publishDataset(folder, sizeBytes);
    const bytes = await sumSizes(folder);
    await using program = startProgram('serve-bucket', [folder, 'crc32']);
    const url = (await program.line('serving')).split(' ')[1] ?? '';
    const times: { restore: number; pull: number; whole: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await using home = await makeHome();
      Object.assign(home.environment, s3Keys);
      await rockpoolJson(home, 'demo');
      await settle(home);
      await install(home, url, 'first');
      await settle(home, 600_000);
      await rockpoolJson(home, 'remove', 'first');
      await settle(home, 600_000);
      // All that an install does once everything is there: the live is a part of it.
      const cached = (await install(home, url, 'cached')).report.ms;
      const restore = cached.total - cached.pull;
      await using link = await startLink(Number(new URL(url).port), (bytes / restore) * 1000);
      const pull = await pullAlone(link.url);
      await using other = await makeHome();
      Object.assign(other.environment, s3Keys);
      await rockpoolJson(other, 'demo');
      await settle(other);
      const { ms } = (await install(other, link.url, 'whole')).report;
      times.push({ restore, pull, whole: ms.total });
      console.log(
        `link of ${(bytes / restore / 1000).toFixed(1)} MB/s: restore alone ${restore} ms, pull alone ${Math.round(pull)} ms, install ${ms.total} ms (pull ${ms.pull}, restore ${ms.restore}, publish ${ms.publish}), ratio ${(ms.total / Math.max(restore, pull)).toFixed(2)}`,
      );
    }
    const ratios = times.map(({ restore, pull, whole }) => whole / Math.max(restore, pull));
    console.log(
      `install over a limited link, to the longer of pull and restore: ${figureOf(ratios).median.toFixed(2)}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function install(home: Home, url: string, name: string): Promise<InstallResult> {
  return rockpoolJson(home, 'install', `s3+${url}/bucket/exports/wf`, '--as', name);
}

async function pullAlone(url: string): Promise<number> {
  using home = makeCore();
  const startedAt = performance.now();
  const options = { ...defaultS3Options, endpoint: url, region: 'us-east-1' };
  const publication = await openS3('s3://bucket/exports', options).publication('wf', 'latest');
  await pullPublication(home.core, publication, { keepFreeBytes: 0 });
  return performance.now() - startedAt;
}

async function sumSizes(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size;
  return sum;
}
