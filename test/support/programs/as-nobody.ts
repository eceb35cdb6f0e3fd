import { statSync } from 'node:fs';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { openCore } from '../../../electron/state/core.ts';

// Opens the home as an ordinary user. Modules are loaded before, since that user may not reach the project.
process.setgroups?.([]);
process.setgid?.(65534);
process.setuid?.(65534);
try {
  const { paths, state, log, secrets } = openCore();
  log.write('info', 'opened');
  await secrets.ensure('embedded/somebody');
  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  const modes = Object.fromEntries(
    Object.entries({ ...paths, log: log.file })
      .filter(([key]) => key !== 'homeId')
      .map(([key, path]) => [key, mode(path)]),
  );
  state.close();
  console.log(`modes ${JSON.stringify(modes)}`);
} catch (error) {
  if (!(error instanceof RockpoolError)) throw error;
  console.log(`error ${JSON.stringify(error.report())}`);
}
