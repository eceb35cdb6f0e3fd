import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findNewerOf } from '../../../electron/installs/newer.ts';
import { makeHome } from '../../support/home.ts';
import { rockpoolJson, sample } from '../../support/rockpool.ts';

it('tells of each install whether there is a newer revision, whatever becomes of the other sources', async () => {
  await using home = await makeHome();
  const copy = async (name: string): Promise<string> => {
    const workflow = join(home.path, '..', name);
    await cp(join(sample, '1'), join(workflow, '1'), { recursive: true });
    return workflow;
  };
  const [grown, gone] = [await copy('grown'), await copy('gone')];
  for (const [name, workflow] of [
    ['one', grown],
    ['other', grown],
    ['lost', gone],
  ] as const) {
    await rockpoolJson(home, 'install', workflow, '--as', name);
  }
  const names = ['one', 'other', 'lost', 'never_was'];
  expect(await findNewerOf(home.core, names)).toEqual({ one: null, other: null, lost: null });

  await cp(join(sample, '2'), join(grown, '2'), { recursive: true });
  await rename(gone, `${gone}-away`);
  expect(await findNewerOf(home.core, names)).toEqual({ one: '2', other: '2', lost: null });

  const stopped = AbortSignal.abort(new Error('nobody waits any more'));
  await expect(findNewerOf(home.core, names, stopped)).rejects.toThrow('nobody waits any more');
});
