import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './folder.ts';

/** An AWS configuration of a test; nothing of the person who runs it is seen or used. */
export interface AwsHome extends Disposable {
  readonly folder: string;
  /** For programs: the files, and no variable of AWS beside them. */
  readonly environment: NodeJS.ProcessEnv;
  writeScript(name: string, text: string): string;
}

/**
 * Writes a configuration and a credentials file and makes this process use them, with these variables and no other of
 * AWS; all is as before at the end of the block. `sso` goes to the cache of sign-ins, by the name of its file.
 */
export function useAwsConfig(
  files: { config?: string; credentials?: string; sso?: Readonly<Record<string, object>> },
  variables: NodeJS.ProcessEnv = {},
): AwsHome {
  const folder = makeFolder();
  const before = { ...process.env };
  const config = join(folder.path, 'config');
  const credentials = join(folder.path, 'credentials');
  writeFileSync(config, files.config ?? '');
  writeFileSync(credentials, files.credentials ?? '');
  // Sign-ins are kept under the home folder, which no variable of AWS moves.
  const cache = join(folder.path, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  for (const [name, content] of Object.entries(files.sso ?? {})) {
    writeFileSync(join(cache, name), JSON.stringify(content));
  }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const set = {
    HOME: folder.path,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    ...variables,
  };
  Object.assign(process.env, set);
  return {
    folder: folder.path,
    environment: { ...process.env },
    writeScript: (name, text) => {
      const path = join(folder.path, name);
      writeFileSync(path, `#!/bin/sh\n${text}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    [Symbol.dispose]: () => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      folder[Symbol.dispose]();
    },
  };
}

/** Keys by environment, as most programs have them. */
export const awsKeys = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'secret-of-a-test' };
