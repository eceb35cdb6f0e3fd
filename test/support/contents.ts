import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ArchiveContents, Script, TableData } from '../../electron/archives/contents.ts';
import { openCsv } from '../../electron/archives/csv.ts';
import { readPublishedName } from '../../electron/contract/published.ts';

/** Contents as a reader would give them, of the published files of one folder. */
export function contentsOfFolder(folder: string): ArchiveContents {
  const scripts: Script[] = [];
  const data: TableData[] = [];
  const purposes = {
    schema: 'schema',
    'restore-constraints': 'constraints',
    'set-sequences': 'sequences',
  } as const;
  for (const file of readdirSync(folder).sort()) {
    const path = join(folder, file);
    const name = readPublishedName(file);
    if (name.kind === 'table') {
      const { schema, table } = name;
      const sizeBytes = statSync(path).size;
      data.push({ file, schema, table, sizeBytes, open: () => openCsv(createReadStream(path), file) });
    } else if (name.kind in purposes) {
      const purpose = purposes[name.kind as keyof typeof purposes];
      scripts.push({ file, purpose, read: async () => readFileSync(path, 'utf8') });
    }
  }
  const order = ['schema', 'constraints', 'sequences'];
  scripts.sort((a, b) => order.indexOf(a.purpose) - order.indexOf(b.purpose));
  return { format: 'test', scripts, data, skipped: [], warnings: [] };
}

/** Contents out of texts: `{ 'schema.sql': '…', 'public.film': 'id,title\n…' }`. */
export function contentsOf(
  scripts: string | Readonly<Record<string, string>>,
  tables: Readonly<Record<string, string | Buffer>> = {},
): ArchiveContents {
  const files = typeof scripts === 'string' ? { 'schema.sql': scripts } : scripts;
  return {
    format: 'test',
    scripts: Object.entries(files).map(([file, sql]) => ({
      file,
      purpose: file.includes('constraints')
        ? 'constraints'
        : file.includes('sequences')
          ? 'sequences'
          : 'schema',
      read: async () => sql,
    })),
    data: Object.entries(tables).map(([name, csv]) => {
      const bytes = Buffer.from(csv);
      const dot = name.indexOf('.');
      const file = `table-${name}.csv`;
      return {
        file,
        schema: dot === -1 ? null : name.slice(0, dot),
        table: name.slice(dot + 1),
        sizeBytes: bytes.length,
        open: () => openCsv(Readable.from([bytes]), file),
      };
    }),
    skipped: [],
    warnings: [],
  };
}
