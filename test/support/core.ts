import { type Core, openCore } from '../../electron/state/core.ts';
import { makeFolder } from './folder.ts';

/** A data folder of a test, with the environment that lets a program find it. */
export interface TestCore extends Disposable {
  readonly core: Core;
  readonly environment: NodeJS.ProcessEnv;
}

/** Opens a new data folder that is closed and gone at the end of the block. It has no servers. */
export function makeCore(): TestCore {
  const folder = makeFolder();
  const environment = { ROCKPOOL_HOME: folder.path };
  const core = openCore(environment);
  return {
    core,
    environment,
    [Symbol.dispose]: () => {
      core.state.close();
      folder[Symbol.dispose]();
    },
  };
}
