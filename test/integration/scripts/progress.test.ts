import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { makeFolder } from '../../support/folder.ts';
import { readProgress } from '../../support/progress.ts';
import { readEnded } from '../../support/results.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

it('knows of a run that is killed what passed, what failed and what it had not come to', async () => {
  using folder = makeFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);
  const progress = join(folder.path, 'progress.jsonl');
  write(
    'vitest.config.ts',
    `import { Progress } from ${JSON.stringify(pathToFileURL(join(root, 'test/support/progress.ts')).href)};
     export default { test: { globals: true, maxWorkers: 1, fileParallelism: false, testTimeout: 600_000,
       sequence: { sequencer: class { sort(files) { return files.sort((a, b) => a.moduleId < b.moduleId ? -1 : 1); }
                                      shard(files) { return files; } } },
       reporters: [new Progress(${JSON.stringify(progress)})] } };`,
  );
  write(
    'a.test.ts',
    "describe('a', () => { it('passes', () => {}); it('fails', () => expect(1).toBe(2)); it.skip('is left', () => {}); });",
  );
  write(
    'b.test.ts',
    "it('hangs', () => { process.stderr.write('hanging'); return new Promise(() => {}); });",
  );
  write('c.test.ts', "it('comes last', () => {});");
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--configLoader=runner', '--root', folder.path], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  try {
    let said = '';
    for await (const text of child.stderr.setEncoding('utf8')) {
      said += text;
      if (said.includes('hanging')) break;
    }
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const { report, notRun } = readProgress(progress);
  expect(readEnded('small', report, notRun, folder.path)).toEqual({
    passed: 1,
    failed: ['a.test.ts: a fails', 'small: it was ended early'],
    skipped: [{ test: 'a.test.ts: a is left', reason: 'what it stands in has failed' }],
    notRun: ['small: b.test.ts', 'small: c.test.ts'],
  });
});
