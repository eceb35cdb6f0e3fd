import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import { fileError } from '../state/files.ts';
import type { Account } from './program.ts';

const wanted = ['rockpool', 'postgres', 'nobody'];

/** True where servers must run under another user, because PostgreSQL refuses to run as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Chooses who runs servers: nobody else (null) unless we are root. `initdb` needs a user with a passwd entry, so
 * an existing one is taken; `rockpool`, where somebody made it for this, comes first. Throws `server_unavailable`.
 */
export function chooseAccount(): Account | null {
  if (!isRoot()) return null;
  const accounts = readAccounts();
  const found = wanted.map((name) => accounts.find((account) => account.name === name)).find(Boolean);
  if (found !== undefined) return found;
  throw new RockpoolError(
    'server_unavailable',
    `PostgreSQL does not run as root, and this machine has none of the users ${wanted.join(', ')}.`,
    { hint: 'Make one with: useradd --system rockpool. Or run Rockpool as a normal user.' },
  );
}

/**
 * The account that an existing cluster belongs to. Throws `server_failed` where we cannot act as its owner, or
 * its owner is root.
 */
export function accountOf(dataFolder: string): Account | null {
  if (process.getuid === undefined) return null;
  const { uid, gid } = ownerOf(dataFolder);
  const own = process.getuid();
  if (uid === own && own !== 0) return null;
  if (uid !== 0 && own === 0) {
    const name = readAccounts().find((account) => account.uid === uid)?.name ?? `uid ${uid}`;
    return { name, uid, gid };
  }
  throw new RockpoolError(
    'server_failed',
    `The cluster in ${dataFolder} belongs to another user (uid ${uid}).`,
    {
      hint:
        own === 0
          ? 'PostgreSQL cannot run as root: give the folder to another user with chown -R.'
          : 'Run Rockpool as that user, or name another data folder with ROCKPOOL_HOME.',
      detail: { folder: dataFolder, owner: uid, user: own },
    },
  );
}

/** True where the account may pass through the folder and through every parent of it, going by their modes. */
export function canPass(account: Account | null, folder: string): boolean {
  if (account === null) return true;
  for (let here = realpathSync(folder); ; here = dirname(here)) {
    if (!allows(account, statSync(here), 0o1)) return false;
    if (dirname(here) === here) return true;
  }
}

/** True where the account may also read the file or list the folder. */
export function canRead(account: Account | null, path: string): boolean {
  if (account === null) return true;
  const entry = statSync(path);
  return allows(account, entry, entry.isDirectory() ? 0o5 : 0o4) && canPass(account, dirname(path));
}

function ownerOf(path: string): { uid: number; gid: number } {
  try {
    return statSync(path);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

function allows(
  account: Account,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
  bits: number,
): boolean {
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}

function readAccounts(): Account[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7 && Number(fields[2]) !== 0)
    .map((fields) => ({
      name: String(fields[0]),
      // macOS writes the ids of nobody as -2.
      uid: Number(fields[2]) >>> 0,
      gid: Number(fields[3]) >>> 0,
    }));
}
