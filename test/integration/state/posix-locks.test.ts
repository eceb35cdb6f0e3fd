import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openState } from '../../../electron/state/database.ts';
import { makeCore } from '../../support/core.ts';
import { onlyOnLinux } from '../../support/skip.ts';

it('leaves the locks of a state.db that is open in this process when it is opened again', onlyOnLinux, () => {
  using home = makeCore();
  const held = (): string[] =>
    readFileSync('/proc/locks', 'latin1')
      .split('\n')
      .filter((line) => line.includes(` ${process.pid} `))
      .map((line) => line.replace(/^\d+: /, ''));
  home.core.state.rows('SELECT 1 FROM jobs');
  const before = held();
  expect(before.length).toBeGreaterThan(0);
  const again = openState(home.core.paths);
  expect(held()).toEqual(expect.arrayContaining(before));
  again.close();
  expect(held()).toEqual(expect.arrayContaining(before));
});
