import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { rockpool } from './rockpool.ts';

/** Brings up a project of the given `rockpool.yml` and demo statements beside a home, as `rockpool up` does. */
export async function upProject(home: Home, project: string, statements: string): Promise<void> {
  const file = join(home.path, '..', 'rockpool.yml');
  await writeFile(file, project);
  await writeFile(join(home.path, '..', 'demo.sql'), statements);
  const { code, stdout, stderr } = await rockpool(home, 'up', file, '--yes');
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
}
