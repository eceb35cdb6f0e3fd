import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import type { Programs } from './place.ts';
import { type Account, type ProgramResult, runProgram } from './program.ts';

/** The superuser of servers of ours. */
export const adminRole = 'rp_admin';

/** What a new cluster is made with. */
export interface ClusterWish {
  readonly programs: Programs;
  readonly account: Account | null;
  /** Of the superuser `rp_admin`. */
  readonly password: string;
  readonly signal?: AbortSignal | undefined;
}

// Sorting and case are PostgreSQL's own (plain C would break lower('ÄÖ') and ILIKE, E12). What remains for the C
// library is which characters are letters, for pg_trgm and the like: UTF-8 ones where the machine has such a locale.
const characterTypes = process.platform === 'win32' ? ['C'] : ['C.UTF-8', 'en_US.UTF-8', 'C'];

/**
 * Runs `initdb` into an empty `data` folder and returns the character type that it took. Throws `server_failed`,
 * `disk_full` or the signal's reason.
 */
export async function initialize(folder: string, data: string, wish: ClusterWish): Promise<string> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${wish.password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await give(passwordFile, wish.account);
    for (const characterType of characterTypes) {
      await removeTree(data);
      await mkdir(data, { mode: 0o700 });
      await give(data, wish.account);
      const result = await runInitdb(data, passwordFile, characterType, wish);
      if (result.exitCode === 0) return characterType;
      if (!/invalid locale/.test(result.output)) throw initdbError(result, folder);
    }
    throw new RockpoolError(
      'server_failed',
      'A cluster could not be made: this machine has no usable locale.',
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function runInitdb(
  data: string,
  passwordFile: string,
  characterType: string,
  { programs, account, signal }: ClusterWish,
): Promise<ProgramResult> {
  const args = [
    `--pgdata=${data}`,
    `--username=${adminRole}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    `--lc-ctype=${characterType}`,
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  return runProgram(programs.binaries.initdb, args, {
    account,
    cwd: dirname(data),
    timeoutMs: 180_000,
    signal,
  });
}

function initdbError({ output }: ProgramResult, folder: string): RockpoolError {
  if (/No space left on device/.test(output)) {
    return new RockpoolError(
      'disk_full',
      `The disk is full: no cluster could be made in ${dirname(folder)}.`,
      {
        hint: 'About 60 MB are needed for an empty one. Free some space and try again.',
        detail: { folder: dirname(folder) },
      },
    );
  }
  const cause = /initdb: error: (.+)/.exec(output)?.[1] ?? /FATAL: {2}(.+)/.exec(output)?.[1];
  return new RockpoolError(
    'server_failed',
    `A cluster could not be made: ${cause ?? 'initdb ended early'}.`,
    {
      hint: 'Try again; the output is in the detail.',
      detail: { output: output.slice(-2000) },
    },
  );
}

async function give(path: string, account: Account | null): Promise<void> {
  if (account !== null) await chown(path, account.uid, account.gid);
}

/** Removes a folder in which an `initdb` whose starter was killed may still write for a moment. */
export function removeTree(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
