import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.ts';

const root = resolve(import.meta.dirname, '..');

/** Where an Electron program is, or why there is none. */
export type Found = { readonly program: string } | { readonly reason: string };

/**
 * Finds Electron: the one that `ROCKPOOL_ELECTRON` names, else the one that npm has put under `root`; none where there
 * is no display to open a window on.
 */
export function findElectron(
  environment: NodeJS.ProcessEnv,
  { platform = process.platform as NodeJS.Platform, folder = root } = {},
): Found {
  const named = environment.ROCKPOOL_ELECTRON;
  const place = join(folder, 'node_modules', 'electron');
  const pathFile = join(place, 'path.txt');
  const own = existsSync(pathFile) ? join(place, 'dist', readFileSync(pathFile, 'utf8').trim()) : null;
  const program = named || own;
  if (named && !existsSync(named)) return { reason: `ROCKPOOL_ELECTRON names ${named}, which is not there` };
  if (!program || !existsSync(program))
    return { reason: 'npm could not get the Electron program for this machine' };
  const hasDisplay = platform !== 'linux' || environment.DISPLAY || environment.WAYLAND_DISPLAY;
  return hasDisplay ? { program } : { reason: 'there is no display here for a window' };
}

if (import.meta.main) {
  const found = findElectron(process.env);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  if ('program' in found) {
    say('Opening Rockpool in a window of its own …');
    const app = join(root, 'dist', 'app');
    await bundle(app);
    runThrough(found.program, [app]);
  } else {
    say(`Opening Rockpool in a browser tab: ${found.reason}.`);
    runThrough(process.execPath, [
      join(root, 'electron/shells/cli/main.ts'),
      'open',
      ...process.argv.slice(2),
    ]);
  }
}

/** Runs a program in this one's place: same terminal, same signals, same end. */
function runThrough(program: string, words: readonly string[]): void {
  const child = spawn(program, words, { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {
    // On a terminal Ctrl-C reaches the child by itself, and a second one would end it before it has tidied up.
    if (process.stdin.isTTY !== true) child.kill('SIGINT');
  });
  child.on('error', (error) => {
    process.stderr.write(`${program} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 130;
  });
}
