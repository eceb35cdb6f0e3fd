import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openState, parseRecord } from '../../../electron/state/database.ts';
import { migrations } from '../../../electron/state/migrations.ts';
import { makeFolders, pathsOf } from '../../../electron/state/paths.ts';
import { makeCore } from '../../support/core.ts';
import { makeFolder } from '../../support/folder.ts';

function versionOf(file: string): unknown {
  const db = new DatabaseSync(file);
  const version = db.prepare('PRAGMA user_version').get()?.user_version;
  db.close();
  return version;
}

describe('state.db', () => {
  it('is made on first use with every table, and found again', () => {
    using folder = makeFolder();
    const paths = pathsOf({ ROCKPOOL_HOME: folder.path });
    makeFolders(paths);
    const first = openState(paths);
    first.run("INSERT INTO settings (key, value) VALUES ('a', '1')");
    first.close();
    expect(versionOf(paths.stateDb)).toBe(migrations.length);
    expect(statSync(paths.stateDb).mode & 0o777).toBe(0o600);
    const second = openState(paths);
    expect(second.rows('SELECT value FROM settings')).toEqual([{ value: '1' }]);
    second.close();
  });

  it('keeps its write-ahead log as closed as itself', () => {
    using home = makeCore();
    home.core.state.run("INSERT INTO settings (key, value) VALUES ('a', '1')");
    expect(statSync(`${home.core.paths.stateDb}-wal`).mode & 0o777).toBe(0o600);
  });

  it('is refused, untouched, when a newer version wrote it', () => {
    using folder = makeFolder();
    const paths = pathsOf({ ROCKPOOL_HOME: folder.path });
    makeFolders(paths);
    openState(paths).close();
    const db = new DatabaseSync(paths.stateDb);
    db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    db.close();
    expect(() => openState(paths)).toThrow(
      expect.objectContaining({
        code: 'state_newer',
        hint: expect.stringContaining('Update'),
        detail: { path: paths.stateDb, found: migrations.length + 1, known: migrations.length },
      }),
    );
    expect(versionOf(paths.stateDb)).toBe(migrations.length + 1);
  });

  it('says so when the file is no database (D15)', () => {
    using folder = makeFolder();
    const paths = pathsOf({ ROCKPOOL_HOME: folder.path });
    makeFolders(paths);
    writeFileSync(paths.stateDb, 'this is no database, but it is long enough to be looked at\n'.repeat(100));
    expect(() => openState(paths)).toThrow(expect.objectContaining({ code: 'file_unreadable' }));
  });

  it('says so when the file cannot be made (D15)', () => {
    using folder = makeFolder();
    const paths = pathsOf({ ROCKPOOL_HOME: folder.path });
    makeFolders(paths);
    mkdirSync(paths.stateDb);
    chmodSync(paths.stateDb, 0o755);
    expect(() => openState(paths)).toThrow(
      expect.objectContaining({ code: 'file_unreadable', message: expect.stringContaining(paths.stateDb) }),
    );
  });

  it('undoes a whole transaction when its work throws, and joins one that is open', () => {
    using home = makeCore();
    const { state } = home.core;
    const add = (key: string) => state.run("INSERT INTO settings (key, value) VALUES (?, '')", key);
    expect(() =>
      state.transaction(() => {
        add('outer');
        state.transaction(() => add('inner'));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(state.rows('SELECT * FROM settings')).toEqual([]);
    state.transaction(() => state.transaction(() => add('kept')));
    expect(state.rows('SELECT key FROM settings')).toEqual([{ key: 'kept' }]);
  });

  it('does not call a broken rule of a table an unreadable file', () => {
    using home = makeCore();
    const add = () => home.core.state.run("INSERT INTO settings (key, value) VALUES ('a', '')");
    add();
    expect(add).toThrow(/UNIQUE/);
    expect(add).not.toThrow(expect.objectContaining({ code: 'file_unreadable' }));
  });

  it('shows by a text that somebody wrote, here or in another process', () => {
    using home = makeCore();
    const { state, paths } = home.core;
    const before = state.version();
    expect(state.version()).toBe(before);
    state.run("INSERT INTO settings (key, value) VALUES ('own', '')");
    const own = state.version();
    expect(own).not.toBe(before);
    const other = openState(paths);
    other.run("INSERT INTO settings (key, value) VALUES ('other', '')");
    other.close();
    expect(state.version()).not.toBe(own);
  });
});

describe('a record of state.db', () => {
  const Shape = z.object({ name: z.string(), count: z.number() });

  it('is parsed when it is read', () => {
    expect(parseRecord(Shape, { record: '{"name":"a","count":1,"more":2}' })).toEqual({
      name: 'a',
      count: 1,
    });
  });

  it.each([
    ['of another shape', '{"name":"hunter2","count":"hunter2"}'],
    ['that is no JSON', 'hunter2'],
    ['that is missing', undefined],
  ])('is not believed %s, and its content is not repeated (F5)', (_what, record) => {
    let thrown: unknown;
    try {
      parseRecord(Shape, { record });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'internal' });
    const report = (thrown as { report(): unknown }).report();
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });
});
