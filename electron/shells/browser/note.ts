import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { originOf } from './checks.ts';

const Note = z.object({ port: z.number().int().min(1).max(65_535), token: z.string().min(1) });

/** Where the server that runs is found by another command: its port and token, in a file for this user alone. */
export type Note = z.infer<typeof Note>;

/** Writes the note, 0600 in a 0700 folder and never into a file that somebody else put there. */
export async function writeNote(folder: string, note: Note): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = pathOf(folder);
  // What is there is of a server that was killed: only who holds the page gets here.
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(note));
  } finally {
    await file.close();
  }
}

export async function removeNote(folder: string): Promise<void> {
  await rm(pathOf(folder), { force: true });
}

/** Asks the server that runs for a URL that opens the page once; null where none answers. */
export async function askForUrl(folder: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { port, token } = Note.parse(JSON.parse(await readFile(pathOf(folder), 'utf8')));
    const origin = originOf(port);
    const answer = await fetch(`${origin}/code`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, Origin: origin, 'Content-Type': 'application/json' },
      body: '{}',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    });
    if (!answer.ok) return null;
    const { code } = z.object({ code: z.string().regex(/^[\w-]+$/) }).parse(await answer.json());
    return `${origin}/#code=${code}`;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function pathOf(folder: string): string {
  return join(folder, 'page.json');
}
