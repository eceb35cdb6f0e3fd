import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Preview } from '../../electron/contract/demo.ts';
import type { InstallResult, ResetResult } from '../../electron/contract/install.ts';
import { makeHome } from '../support/home.ts';
import { rockpoolJson, settle } from '../support/rockpool.ts';
import { publishDataset } from './dataset.ts';
import { figureOf, measureCommand } from './measure.ts';

/**
 * Measures a reset and a preview with 20 demo statements, with the spare ready: `node test/bench/demo.ts [MB]`, the size
 * of the dataset as CSV. Prints figures in milliseconds; it judges nothing.
 */
const bytes = Number(process.argv[2] ?? 600) * 1e6;
const rounds = Number(process.argv[3] ?? 5);

const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-'));
await using home = await makeHome();
try {
  await publishDataset(join(folder, 'big'), bytes);
  const { install } = await rockpoolJson<InstallResult>(home, 'install', join(folder, 'big'), '--as', 'big');
  console.log(`live: ${Math.round(install.sizeBytes / 1e6)} MB`);
  const statements = Array.from({ length: 20 }, (_, index) => {
    const table = `t${String(index % 12).padStart(2, '0')}`;
    return `UPDATE ${table} SET note = %(company)s || ' ${index}', amount = %(amount)s WHERE id <= ${index + 1} * 10;`;
  });
  await writeFile(join(folder, 'demo.sql'), statements.join('\n'));
  await rockpoolJson(home, 'statements', 'big', 'set', join(folder, 'demo.sql'));
  await rockpoolJson(home, 'profile', 'big', 'save', 'one', 'company=Globex', 'amount=12.5');
  const resets: ResetResult[] = [];
  const previews: Preview[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await settle(home, 600_000);
    const run = await measureCommand(home, 'reset', 'big', '--profile', 'one', '--json');
    whole.push(run.ms);
    resets.push(JSON.parse(run.stdout) as ResetResult);
    await settle(home, 600_000);
    previews.push(await rockpoolJson<Preview>(home, 'statements', 'big', 'preview'));
  }
  const say = (what: string, values: readonly number[]): void => {
    const { min, median, max } = figureOf(values);
    console.log(`${what.padEnd(44)} ${min} / ${median} / ${max} ms`);
  };
  say(
    'reset with 20 statements, in all',
    resets.map(({ ms }) => ms.total),
  );
  say('  whole process', whole.map(Math.round));
  say(
    '  switch',
    resets.map(({ ms }) => ms.switch),
  );
  say(
    'preview, in all',
    previews.map(({ ms }) => ms.total),
  );
  say(
    '  the statements themselves',
    previews.map(({ ms }) => ms.statements),
  );
} finally {
  await settle(home, 600_000);
  await rm(folder, { recursive: true, force: true });
}
