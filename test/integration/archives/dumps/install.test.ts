import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult } from '../../../../electron/contract/install.ts';
import { type WrittenEntry, writeArchive } from '../../../support/archive-writer.ts';
import { makeFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { rockpoolError, rockpoolJson } from '../../../support/rockpool.ts';

const entries: WrittenEntry[] = [
  { kind: 'TABLE', name: 'film', sql: 'CREATE TABLE public.film (id integer, title text);\n' },
  {
    kind: 'TABLE DATA',
    name: 'film',
    copy: 'COPY public.film (id, title) FROM stdin;\n',
    rows: '1\tone\n2\t\\N\n',
    file: '5.dat',
  },
  { kind: 'ACL', name: 'TABLE film', sql: 'GRANT SELECT ON TABLE public.film TO boss;\n' },
];

let home: Home;
let folder: TemporaryFolder;
beforeAll(async () => {
  home = await makeHome();
  folder = makeFolder();
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await home[Symbol.asyncDispose]();
});

function put(name: string, bytes: Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

describe('rockpool install', () => {
  it('takes a dump, whatever it is called, and reports what was left out', async () => {
    const path = put('export.bin', writeArchive(entries, { minor: 16, compression: 'zstd' }));
    const { install, report } = await rockpoolJson<InstallResult>(home, 'install', path, '--as', 'shop');
    expect(install).toMatchObject({ tables: 1, rows: 2 });
    expect(report.skipped).toMatchObject([{ what: 'grant' }]);
  });

  it('takes the folder of a dump in directory format', async () => {
    const path = join(folder.path, 'shop-dir');
    mkdirSync(path);
    put('shop-dir/toc.dat', writeArchive(entries, { format: 'tar' }));
    put('shop-dir/5.dat', Buffer.from('1\tone\n2\t\\N\n\\.\n\n\n'));
    put('shop-dir/notes.txt', Buffer.from('not of the dump'));
    const { install } = await rockpoolJson<InstallResult>(home, 'install', path, '--as', 'fromfolder');
    expect(install).toMatchObject({ tables: 1, rows: 2 });
  });

  it('refuses a damaged dump, and keeps neither install nor database nor unpacked files', async () => {
    const whole = writeArchive(entries, { minor: 16, compression: 'gzip' });
    const path = put('cut.dump', whole.subarray(0, whole.length - 6));
    const { code, error } = await rockpoolError(home, 'install', path, '--as', 'cut');
    expect([code, error.code]).toEqual([1, 'archive_damaged']);
    const { installs } = await rockpoolJson<{ installs: { name: string }[] }>(home, 'list');
    expect(installs.map(({ name }) => name).sort()).toEqual(['fromfolder', 'shop']);
    expect(readdirSync(join(home.path, 'cache', 'incoming'))).toEqual([]);
  });

  it('names the table and the row that does not fit, and no value of it (F5)', async () => {
    const rows = 'not a number\tsecret\n';
    const broken = entries.map((entry) => (entry.rows === undefined ? entry : { ...entry, rows }));
    const { error } = await rockpoolError(
      home,
      'install',
      put('bad.dump', writeArchive(broken)),
      '--as',
      'bad',
    );
    expect(error).toMatchObject({
      code: 'load_failed',
      detail: { table: 'public.film', record: 1, column: 'id' },
    });
    expect(JSON.stringify(error)).not.toMatch(/secret|not a number/);
  });

  it('names the table whose rows have the wrong number of fields', async () => {
    const broken = entries.map((entry) =>
      entry.rows === undefined ? entry : { ...entry, rows: '1\ta\tb\n' },
    );
    const { error } = await rockpoolError(
      home,
      'install',
      put('w.dump', writeArchive(broken)),
      '--as',
      'wide',
    );
    expect(error).toMatchObject({ code: 'archive_damaged', detail: { table: 'public.film', record: 1 } });
  });
});
