import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Archive, ArchiveFile } from '../../electron/archives/archive.ts';
import { objectPath } from '../../electron/archives/cache.ts';
import type { ArchiveContents } from '../../electron/archives/contents.ts';
import { type ContentsOptions, openContents } from '../../electron/archives/layout.ts';
import type { Address } from '../../electron/sql/connect.ts';
import type { Core } from '../../electron/state/core.ts';

const run = promisify(execFile);

/** The folder of PostgreSQL's client programs on this machine, null where there is none. */
export const clientPrograms: string | null =
  ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/17/bin', '/usr/lib/postgresql/18/bin'].find((folder) =>
    existsSync(join(folder, 'pg_dump')),
  ) ?? null;

/** Runs a client program of PostgreSQL on a database and returns what it prints. */
export async function runClient(
  program: 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'psql',
  { host, port, user, password, database }: Address,
  args: readonly string[],
): Promise<Buffer> {
  const { stdout } = await run(
    join(clientPrograms ?? '', program),
    [
      '-h',
      host,
      '-p',
      String(port),
      '-U',
      user,
      ...(program === 'pg_dumpall' ? [] : ['-d', database]),
      ...args,
    ],
    {
      encoding: 'buffer',
      maxBuffer: 256 * 1024 * 1024,
      env: {
        PATH: '/usr/bin:/bin',
        PGPASSWORD: password,
        LC_ALL: 'C.UTF-8',
        // Each database of a cluster is dumped in its own encoding.
        ...(program === 'pg_dumpall' ? {} : { PGCLIENTENCODING: 'UTF8' }),
      },
    },
  );
  return stdout;
}

/** Puts files into the cache as if they had been pulled, and opens what they hold. */
export async function openCached(
  core: Core,
  files: Readonly<Record<string, Buffer>>,
  options: ContentsOptions = {},
): Promise<ArchiveContents> {
  const cached: ArchiveFile[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = objectPath(core.paths, sha256);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    cached.push({ name, sha256, sizeBytes: bytes.length, fingerprint: null, checksum: null });
  }
  const archive: Archive = {
    id: 'test',
    origin: 'file:///test',
    dataset: 'test',
    revision: '1',
    publishedAt: null,
    pulledAt: new Date(0).toISOString(),
    files: cached,
  };
  return await openContents(core, archive, options);
}

/** All rows of a dump's tables as text, by table: what would be loaded. */
export async function readRows(contents: ArchiveContents): Promise<Record<string, string>> {
  const tables: Record<string, string> = {};
  for (const data of contents.data) {
    const { body } = await data.open();
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
    tables[`${data.schema}.${data.table}`] = Buffer.concat(chunks).toString('latin1');
  }
  return tables;
}
