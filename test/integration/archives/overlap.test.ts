import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listArchives, type Publication } from '../../../electron/archives/archive.ts';
import { openContents } from '../../../electron/archives/layout.ts';
import { openPull } from '../../../electron/archives/pull.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import { makeCore } from '../../support/core.ts';
import { readAll } from '../../support/csv.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish, storeFiles } from '../../support/published.ts';

const note = 'table-public.note.csv';
const person = 'table-public.person.csv';
const options = { keepFreeBytes: 0, retryDelayMs: 1 };

/** A publication whose files come only when they are let go; `asked` are those that somebody opened, in order. */
async function openScene(files: Record<string, string | Buffer>) {
  const home = makeCore();
  const folder = makeFolder();
  publish(folder.path, files);
  const listed = await openFolder(folder.path).publication(null, 'latest');
  const asked: string[] = [];
  const held = new Map(listed.files.map(({ name }) => [name, Promise.withResolvers<void>()] as const));
  // A file may be let fail before anybody has asked for it.
  for (const { promise } of held.values()) promise.catch(() => undefined);
  const publication: Publication = {
    ...listed,
    files: listed.files.map((file) => ({
      ...file,
      open: async (signal) => {
        asked.push(file.name);
        await held.get(file.name)?.promise;
        return file.open(signal);
      },
    })),
  };
  return {
    core: home.core,
    publication,
    asked,
    letGo: (...names: string[]) => {
      for (const name of names.length > 0 ? names : held.keys()) held.get(name)?.resolve();
    },
    fail: (name: string, error: Error) => held.get(name)?.reject(error),
    [Symbol.dispose]: () => {
      home[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

const scripts = Object.keys(storeFiles).filter((name) => name.startsWith('schema-'));

async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, wait(50).then(() => open)])) === open;
}

describe('a pull that goes on', () => {
  it('gives its scripts first, then each table as soon as that has come', async () => {
    using scene = await openScene({ ...storeFiles });
    const pull = await openPull(scene.core, scene.publication, options);
    const opening = openContents(scene.core, pull);
    expect(await isOpen(opening)).toBe(true);
    scene.letGo(...scripts);
    const contents = await opening;
    expect(contents.data.map(({ file, sizeBytes }) => [file, sizeBytes])).toEqual([
      [note, String(storeFiles[note]).length],
      [person, String(storeFiles[person]).length],
    ]);
    const [noteRows, personRows] = contents.data.map((table) => table.open());
    scene.letGo(person);
    expect(await readAll((await personRows)?.body as never)).toBe(
      '1,redacted1@example.com\n2,redacted2@example.com\n3,\n',
    );
    expect(await isOpen(noteRows as Promise<unknown>)).toBe(true);
    expect(await isOpen(pull.done)).toBe(true);
    expect(listArchives(scene.core)).toEqual([]);
    scene.letGo();
    expect((await noteRows)?.columns).toEqual(['id', 'body']);
    expect((await pull.done).files).toHaveLength(pull.files.length);
    await pull.close();
  });

  it('asks for scripts, then for tables, the biggest first', async () => {
    const sizes = { a: 10, b: 1000, c: 100, d: 5000, e: 50 };
    const tables = Object.entries(sizes).map(([name, rows]) => [
      `table-public.${name}.csv`,
      `id\n${'1\n'.repeat(rows)}`,
    ]);
    using scene = await openScene({ 'schema-public.sql': 'SELECT 1;', ...Object.fromEntries(tables) });
    const pull = await openPull(scene.core, scene.publication, options);
    while (scene.asked.length < 4) await wait(5);
    const namesOf = (letters: string) => [...letters].map((name) => `table-public.${name}.csv`);
    expect(scene.asked.toSorted()).toEqual(['schema-public.sql', ...namesOf('bcd')]);
    scene.letGo();
    await pull.done;
    await pull.close();
    expect(scene.asked.toSorted()).toEqual(['schema-public.sql', ...namesOf('abcde')]);
  });

  it('waits for a table’s own file where its columns have to be inferred', async () => {
    using scene = await openScene({ [person]: storeFiles[person] ?? '' });
    const pull = await openPull(scene.core, scene.publication, options);
    const opening = openContents(scene.core, pull);
    expect(await isOpen(opening)).toBe(true);
    scene.letGo();
    const [inferred] = (await opening).scripts;
    expect(await inferred?.read()).toContain('"id" integer');
    await pull.done;
    await pull.close();
  });

  it('fails whoever waits for a file that does not come, with what the pull failed with', async () => {
    using scene = await openScene({ ...storeFiles });
    const pull = await openPull(scene.core, scene.publication, options);
    scene.letGo(...scripts);
    const contents = await openContents(scene.core, pull);
    const rows = contents.data.map((table) => table.open().catch((error: unknown) => error));
    const broken = new Error('the source is gone');
    scene.fail(person, broken);
    scene.letGo(note);
    await expect(pull.done).rejects.toBe(broken);
    expect(await rows[1]).toBe(broken);
    await expect(pull.ready(person)).rejects.toBe(broken);
    await pull.close();
    expect(listArchives(scene.core)).toEqual([]);
  });

  it('ends when it is closed, and a reader that is cancelled stops waiting', async () => {
    using scene = await openScene({ ...storeFiles });
    const pull = await openPull(scene.core, scene.publication, options);
    const stop = new AbortController();
    const waiting = pull.ready(person, stop.signal);
    stop.abort(new Error('cancelled by somebody'));
    await expect(waiting).rejects.toThrow('cancelled by somebody');
    const closing = pull.close();
    scene.letGo();
    await closing;
    await expect(pull.done).rejects.toThrow('the pull was closed');
    const again = await openPull(scene.core, scene.publication, options);
    await again.done;
    await again.close();
  });
});
