import { readFile, stat } from 'node:fs/promises';
import { RockpoolError } from '../contract/errors.ts';
import type { Install } from '../contract/install.ts';
import { writeDurable } from '../state/durable.ts';
import { fileError } from '../state/files.ts';

/** What `{{…}}` can stand for. */
const fields = ['url', 'host', 'port', 'database', 'user', 'password'] as const;

/** Fills in `{{url}}` and the like from an install. Throws `project_invalid` for a name that there is not. */
export function fillTemplate(template: string, install: Install): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (_whole, inner: string) => {
    const name = inner.trim();
    if (name === 'password') return new URL(install.url).password;
    const field = fields.find((known) => known === name);
    if (field !== undefined && field !== 'password') return String(install[field]);
    throw new RockpoolError('project_invalid', `Nothing is called {{${name}}}.`, {
      hint: `There are: ${fields.map((known) => `{{${known}}}`).join(', ')}.`,
      detail: { name },
    });
  });
}

/** The keys of an `env` that can be names of variables; throws `project_invalid` for any other. */
export function requireKeys(keys: readonly string[], file: string): void {
  const bad = keys.find((key) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key));
  if (bad === undefined) return;
  throw new RockpoolError(
    'project_invalid',
    `${file}: ${JSON.stringify(bad)} cannot be the name of a variable.`,
    {
      hint: 'Names hold letters, digits and _ only.',
      detail: { file, key: bad },
    },
  );
}

/**
 * Writes variables into an env file: a line that sets one of them is replaced, the others are added at its end, and
 * every other byte of it stays. A new file is 0600, since it holds a password; one that is there keeps its mode.
 * Returns false where all was so already.
 */
export async function writeEnv(path: string, variables: Readonly<Record<string, string>>): Promise<boolean> {
  const before = await readBytes(path);
  // Bytes that are no UTF-8 come through as they are.
  const text = before?.bytes.toString('latin1') ?? '';
  const after = setVariables(text, variables);
  if (after === text) return false;
  await writeDurable(path, Buffer.from(after, 'latin1'), before?.mode ?? 0o600);
  return true;
}

/** The text of an env file with these variables; a `latin1` text stands for its bytes. */
export function setVariables(text: string, variables: Readonly<Record<string, string>>): string {
  const ending = /\r?\n/.exec(text)?.[0] ?? '\n';
  const missing = new Map(Object.entries(variables).map(([key, value]) => [key, quoteValue(value)]));
  const wanted = new Map(missing);
  const lines = text.split(/(?<=\n)/).map((line) => {
    const parts = /^(\s*(?:export\s+)?)([A-Za-z_][A-Za-z0-9_]*)(\s*=)([^\r\n]*)(\r?\n?)$/.exec(line);
    const [, lead = '', key = '', equals = '', , end = ''] = parts ?? [];
    const value = wanted.get(key);
    if (parts === null || value === undefined) return line;
    missing.delete(key);
    return `${lead}${key}${equals}${value}${end}`;
  });
  const whole = lines.join('');
  if (missing.size === 0) return whole;
  const gap = whole === '' || whole.endsWith('\n') ? '' : ending;
  return `${whole}${gap}${[...missing].map(([key, value]) => `${key}=${value}${ending}`).join('')}`;
}

function quoteValue(value: string): string {
  const bytes = Buffer.from(value).toString('latin1');
  if (/^[\w./:@%+,=?&~-]*$/.test(bytes)) return bytes;
  // dotenv, docker and shells agree on single quotes where there is none inside.
  if (!/['\r\n]/.test(bytes)) return `'${bytes}'`;
  return `"${bytes
    .replace(/[\\"$`]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}"`;
}

async function readBytes(path: string): Promise<{ bytes: Buffer; mode: number } | null> {
  try {
    const [bytes, { mode }] = await Promise.all([readFile(path), stat(path)]);
    return { bytes, mode: mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileError(error, path, 'read');
  }
}
