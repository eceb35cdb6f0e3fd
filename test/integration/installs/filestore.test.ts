import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../../electron/contract/cache.ts';
import type { InstallResult, UpdateResult } from '../../../electron/contract/install.ts';
import { findNewerOf } from '../../../electron/installs/newer.ts';
import { type Filestore, startFilestore } from '../../support/filestore.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { publish } from '../../support/published.ts';
import { queryAt } from '../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson, settle } from '../../support/rockpool.ts';
import { onTestServer } from '../../support/test-server.ts';

let home: Home;
let store: Filestore;
let folder: string;
const workflow = '8f1c2d3e-6a4b-4c5d-9e7f-0a1b2c3d4e5f';
const person = 'table-public.person.csv';
const note = 'table-public.note.csv';

beforeAll(async () => {
  home = await makeHome();
  const root = join(home.path, '..', 'nas');
  folder = publish(join(root, workflow), {
    'schema-public.sql':
      'CREATE TABLE public.person (id integer NOT NULL, email text);\nCREATE TABLE public.note (id integer, v text);\n',
    [person]: 'id,email\n1,jane@example.com\n2,john@example.com\n',
    [note]: 'id,v\n1,"first\rsecond"\n2,plain',
  });
  store = await startFilestore(root);
  await rockpoolJson(home, 'source', 'add', 'nas', store.url);
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

const change = async (file: string, from: string, to: string): Promise<void> => {
  const path = join(folder, file);
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll(from, to));
};
const emailsAt = async (url: string): Promise<unknown[]> =>
  (await queryAt(url, 'SELECT email FROM person ORDER BY id')).map(({ email }) => email);
const update = (...args: string[]): Promise<UpdateResult> => rockpoolJson(home, 'update', 'acme', ...args);

describe('an install from a file store', onTestServer, () => {
  let url: string;
  let revision: string;

  it('comes with a carriage return in a value, and a last line without a line end', async () => {
    const { install } = await rockpoolJson<InstallResult>(home, 'install', `nas/${workflow}`, '--as', 'acme');
    ({ url, revision } = install);
    expect(await queryAt(url, 'SELECT v FROM note ORDER BY id')).toEqual([
      { v: 'first\rsecond' },
      { v: 'plain' },
    ]);
    await settle(home);
  });

  it('is up to date where all that was pulled again is the same, and says so', async () => {
    const result = await update();
    expect(result).toMatchObject({ changed: false, former: null, known: { by: 'content' } });
    expect(result.known.message).toContain('3 files were pulled');
    expect(result.install.revision).toBe(revision);
    expect((await rockpool(home, 'update', 'acme')).stdout).toContain('byte for byte');
    expect(await findNewerOf(home.core, ['acme'])).toEqual({ acme: null });
  });

  it('is updated where content changed under equal numbers of lines', async () => {
    await change(person, '@example.com', '@invalid.com');
    const result = await update();
    expect(result).toMatchObject({ changed: true, known: { by: 'content' } });
    expect(result.report.reloaded).toEqual(['public.person']);
    expect(result.report.warnings.map(({ code }) => code)).not.toContain('revision_replaced');
    expect(result.install.revision).not.toBe(revision);
    expect(await emailsAt(url)).toEqual(['jane@invalid.com', 'john@invalid.com']);
    expect((await update()).changed).toBe(false);
    await settle(home);
  });

  it('names the content that it has, and is at it without asking for a file', async () => {
    const { install } = await update();
    const asked = () => store.requests.filter(({ kind }) => kind === 'file').length;
    const before = asked();
    expect(await update('--to', install.revision)).toMatchObject({ changed: false, known: { by: 'source' } });
    expect(asked()).toBe(before);
    const { error } = await rockpoolError(home, 'update', 'acme', '--to', revision);
    expect(error).toMatchObject({ code: 'revision_not_found', detail: { found: install.revision } });
  });

  it('is not updated while tables are missing, which are named, unless that is meant', async () => {
    await rename(join(folder, note), join(folder, '..', note));
    const { code, error } = await rockpoolError(home, 'update', 'acme');
    expect(code).toBe(1);
    expect(error).toMatchObject({
      code: 'tables_missing',
      hint: expect.stringContaining('--gone public.note'),
    });
    expect(error.message).toContain('public.note');
    expect(await queryAt(url, 'SELECT count(*)::int AS n FROM note')).toEqual([{ n: 2 }]);
    const result = await update('--gone', 'public.note');
    expect(result.changed).toBe(true);
    expect(result.install.tables).toBe(2);
    expect(await queryAt(url, 'SELECT count(*)::int AS n FROM note')).toEqual([{ n: 0 }]);
    expect((await update()).changed).toBe(false);
    await settle(home);
  });

  it('holds what is published now when it is installed once more, never what the cache has', async () => {
    await rockpoolJson(home, 'remove', 'acme');
    await change(person, '@invalid.com', '@redact.org');
    const { install, report } = await rockpoolJson<InstallResult>(
      home,
      'install',
      `nas/${workflow}`,
      '--as',
      'acme',
    );
    expect(await emailsAt(install.url)).toEqual(['jane@redact.org', 'john@redact.org']);
    expect(report.warnings.map(({ code }) => code)).not.toContain('source_unreachable');
    await settle(home);
  });

  it('is shared with another one of the same content', async () => {
    const pulled = await rockpoolJson<InstallResult>(home, 'install', `nas/${workflow}`, '--as', 'other');
    expect(pulled.report.ms.restore).toBe(0);
    await rockpoolJson(home, 'remove', 'other');
  });

  it('comes from the cache where the store does not answer, which is said, but for --fresh', async () => {
    store.fault = () => ({ status: 503 });
    const { install, report } = await rockpoolJson<InstallResult>(
      home,
      'install',
      `nas/${workflow}`,
      '--as',
      'offline',
    );
    expect(await emailsAt(install.url)).toEqual(['jane@redact.org', 'john@redact.org']);
    const warning = report.warnings.find(({ code }) => code === 'source_unreachable');
    expect(warning?.message).toContain('last seen published at');
    const fresh = await rockpoolError(home, 'install', `nas/${workflow}`, '--as', 'fresh', '--fresh');
    expect(fresh.error.code).toBe('source_unreachable');
    store.fault = () => null;
    await rockpoolJson(home, 'remove', 'offline');
  });

  it('is pruned from the cache by the dataset, as far as no install needs it', async () => {
    const kept = await rockpoolJson<{ removed: unknown[]; kept: unknown[] }>(
      home,
      'cache',
      'prune',
      `nas/${workflow}`,
    );
    expect(kept.kept).not.toEqual([]);
    await rockpoolJson(home, 'remove', 'acme');
    await settle(home);
    const gone = await rockpoolJson<{ removed: CacheEntry[]; kept: CacheEntry[] }>(
      home,
      'cache',
      'prune',
      workflow,
    );
    expect(gone.removed).not.toEqual([]);
    const { entries } = await rockpoolJson<{ entries: CacheEntry[] }>(home, 'cache', 'list');
    expect(entries).toEqual(gone.kept);
    expect(entries.every(({ pinned }) => pinned)).toBe(true);
    const { error } = await rockpoolError(home, 'cache', 'prune', 'nobody');
    expect(error.code).toBe('dataset_not_found');
  });
});

it('from a folder sees content that changed under its size and its times', onTestServer, async () => {
  const path = join(home.path, '..', 'exports', 'billing');
  publish(path, {
    'schema-public.sql': 'CREATE TABLE public.person (id integer NOT NULL, email text);\n',
    [person]: 'id,email\n1,jane@example.com\n',
  });
  // A program sets times to the millisecond, a file system keeps them finer.
  const published = new Date(Date.now() - 60_000);
  await utimes(join(path, person), published, published);
  const { install } = await rockpoolJson<InstallResult>(home, 'install', path, '--as', 'billing');
  expect(await rockpoolJson(home, 'update', 'billing')).toMatchObject({
    changed: false,
    job: null,
  });
  await writeWithSameTimes(join(path, person), 'id,email\n1,jane@invalid.com\n');
  const result = await rockpoolJson<UpdateResult>(home, 'update', 'billing');
  expect(result).toMatchObject({ changed: true, known: { by: 'content' } });
  expect(result.report.warnings.map(({ code }) => code)).toContain('revision_replaced');
  expect(await emailsAt(install.url)).toEqual(['jane@invalid.com']);
  await rm(path, { recursive: true });
});

async function writeWithSameTimes(path: string, content: string): Promise<void> {
  const { atime, mtime, size } = await stat(path);
  await writeFile(path, content);
  await utimes(path, atime, mtime);
  expect((await stat(path)).size).toBe(size);
}
