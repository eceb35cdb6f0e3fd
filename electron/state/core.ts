import type { Keyring } from '../contract/keyring.ts';
import { openState, type StateDb } from './database.ts';
import { type Log, openLog } from './log.ts';
import { makeFolders, type Paths, pathsOf } from './paths.ts';
import { openSecrets, type Secrets } from './secrets.ts';

/** What every room needs of this machine: where things are, what is known, what happened, and the passwords. */
export interface Core {
  readonly paths: Paths;
  readonly state: StateDb;
  readonly log: Log;
  readonly secrets: Secrets;
  /** The system's, where a shell brought one; elsewhere all secrets are in the file of `secrets`. */
  readonly keyring: Keyring | null;
}

/** Opens the data folder of this user, making it on first use. */
export function openCore(environment: NodeJS.ProcessEnv = process.env, keyring: Keyring | null = null): Core {
  const paths = pathsOf(environment);
  makeFolders(paths);
  const state = openState(paths);
  return { paths, state, log: openLog(paths), secrets: openSecrets(paths, state), keyring };
}
