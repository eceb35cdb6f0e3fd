import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TableData } from '../../../electron/archives/contents.ts';
import type { Skipped } from '../../../electron/contract/report.ts';
import { leaveExtensionRows } from '../../../electron/restore/extensionrows.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { startPostgres } from '../../support/postgres.ts';

const rowsOf = (schema: string, table: string): TableData => ({
  file: `table-${schema}.${table}.csv`,
  schema,
  table,
  sizeBytes: 0,
  open: () => Promise.reject(new Error('nothing is to be read')),
});

it('leaves rows out that an extension brings of its own, and those of no other table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rockpool-extension-'));
  mkdirSync(join(folder, 'extension'));
  writeFileSync(join(folder, 'extension', 'seas.control'), "default_version = '1'\nrelocatable = false\n");
  writeFileSync(
    join(folder, 'extension', 'seas--1.sql'),
    "CREATE TABLE known (name text);\nINSERT INTO known VALUES ('North');\nSELECT pg_extension_config_dump('known', '');\n",
  );
  chmodSync(folder, 0o755);
  try {
    // Servers before 18 look for extensions in one place only.
    await using postgres = await startPostgres({ settings: [`extension_control_path=${folder}:$system`] });
    await withSession(postgres.server.admin, {}, async (session) => {
      await session.query('CREATE SCHEMA other');
      await session.query('CREATE TABLE other.known (name text)');
      await session.query('CREATE EXTENSION seas SCHEMA public');
      const skipped: Skipped[] = [];
      const data = [rowsOf('public', 'known'), rowsOf('other', 'known'), rowsOf('public', 'elsewhere')];
      const left = await leaveExtensionRows(session, data, skipped);
      expect(left.map(({ file }) => file)).toEqual(['table-other.known.csv', 'table-public.elsewhere.csv']);
      expect(skipped).toEqual([
        {
          what: 'rows',
          name: 'public.known',
          reason: 'it belongs to the extension seas, which brings its own',
        },
      ]);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
