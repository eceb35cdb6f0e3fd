import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallResult, UpdateResult } from '../../electron/contract/install.ts';
import type { Home } from '../support/home.ts';
import { freePort } from '../support/port.ts';
import { rockpoolJson, settle } from '../support/rockpool.ts';
import { publishDataset } from './dataset.ts';
import { figureOf } from './measure.ts';

/**
 * Measures an update of one table in twelve beside a full install of the same revision, three times each, and prints
 * the ratio of the medians.
 */
export async function benchUpdate(home: Home, folder: string, sizeBytes: number): Promise<void> {
  const workflow = join(folder, 'workflow');
  await publishDataset(join(workflow, '1'), sizeBytes);
  await rockpoolJson(home, 'install', workflow, '--as', 'updated');
  const updates: number[] = [];
  const installs: number[] = [];
  for (let revision = 2; revision <= 4; revision += 1) {
    const next = join(workflow, String(revision));
    await cp(join(workflow, String(revision - 1)), next, { recursive: true });
    await appendFile(
      join(next, 'table-t05.csv'),
      `${900_000_000 + revision},1,2026-01-01T00:00:00Z,new,1,\n`,
    );
    await settle(home, 600_000);
    const updated = await rockpoolJson<UpdateResult>(home, 'update', 'updated');
    if (updated.report.reloaded.length !== 1)
      throw new Error(`reloaded ${updated.report.reloaded.join(', ')}`);
    const { pull, restore, publish, total } = updated.report.ms;
    console.log(`update: pull ${pull}, reload ${restore}, publish ${publish}, total ${total} ms`);
    updates.push(total);
    await settle(home, 600_000);
    const port = String(await freePort());
    const installed = await rockpoolJson<InstallResult>(
      home,
      'install',
      next,
      '--as',
      'whole',
      '--port',
      port,
    );
    installs.push(installed.report.ms.restore + installed.report.ms.publish + updated.report.ms.pull);
    await settle(home, 600_000);
    await rockpoolJson(home, 'remove', 'whole');
  }
  const [update, install] = [figureOf(updates).median, figureOf(installs).median];
  console.log(
    `update of one table in twelve: median ${update} ms; full install: ${install} ms; ratio ${(update / install).toFixed(2)}`,
  );
}
