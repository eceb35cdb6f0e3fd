import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';

/** What a person typed to name a dataset: one of a known source, or a place of its own. */
export type Reference =
  | { readonly kind: 'source'; readonly source: string; readonly dataset: string; readonly revision: string }
  | { readonly kind: 'place'; readonly place: string; readonly revision: string };

/**
 * Reads `SOURCE/DATASET[@REVISION]`, a path or a URL. A path starts with `/`, `./`, `../`, `~` or a drive;
 * anything else with a `/` is a dataset of a source. `@REVISION` may follow each; without it `latest` is meant.
 * Throws `usage`.
 */
export function readReference(text: string): Reference {
  if (isUrl(text)) return { kind: 'place', ...splitRevision(text) };
  if (isPath(text)) return { kind: 'place', ...readPath(text) };
  const slash = text.indexOf('/');
  if (slash > 0 && slash < text.length - 1) {
    const { place, revision } = splitRevision(text.slice(slash + 1));
    return { kind: 'source', source: text.slice(0, slash), dataset: place, revision };
  }
  throw new RockpoolError('usage', `${JSON.stringify(text)} names no dataset.`, {
    hint: existsSync(text)
      ? `For the file or folder here, type ./${text}`
      : 'Write SOURCE/DATASET (rockpool datasets lists them), a path that starts with / or ./, or a URL.',
    detail: { given: text },
  });
}

/** The same reference, a path written so that it means the same wherever it is read. */
export function absoluteReference(text: string): string {
  if (isUrl(text) || !isPath(text)) return text;
  const { place, revision } = readPath(text);
  return revision === 'latest' ? place : `${place}@${revision}`;
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

function isPath(text: string): boolean {
  return /^(\/|\.{1,2}(\/|\\|$)|~|[a-z]:[/\\])/i.test(text);
}

function readPath(text: string): { place: string; revision: string } {
  const whole = absolute(text);
  if (existsSync(whole)) return { place: whole, revision: 'latest' };
  const { place, revision } = splitRevision(text);
  return { place: absolute(place), revision };
}

function absolute(path: string): string {
  return path.startsWith('~') ? join(homedir(), path.slice(1)) : resolve(path);
}

function splitRevision(text: string): { place: string; revision: string } {
  const at = text.lastIndexOf('@');
  if (at <= text.lastIndexOf('/') || at === text.length - 1) return { place: text, revision: 'latest' };
  return { place: text.slice(0, at), revision: text.slice(at + 1) };
}
