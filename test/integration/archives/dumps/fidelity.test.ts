import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSession } from '../../../../electron/sql/connect.ts';
import { quoteName } from '../../../../electron/sql/quote.ts';
import { clientPrograms, openCached, runClient } from '../../../support/dumps.ts';
import { everything, sums } from '../../../support/everything.ts';
import { type Bench, openBench } from '../../../support/restoring.ts';
import { skipUnless } from '../../../support/skip.ts';

type Files = Readonly<Record<string, Buffer>>;

let bench: Bench;
let source: ReturnType<Bench['postgres']['server']['address']>;
let folder: string;
let expected: { sums: string[]; schema: string };

beforeAll(async () => {
  if (clientPrograms === null) return;
  folder = mkdtempSync(join(tmpdir(), 'rockpool-dumps-'));
  bench = await openBench({ bin: clientPrograms });
  const { admin } = bench.postgres.server;
  await bench.asAdmin((session) => session.query('CREATE DATABASE source TEMPLATE template0'));
  source = { ...admin, database: 'source' };
  await runClient('psql', source, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', everything]);
  expected = { sums: await readSums('source'), schema: await readSchema('source') };
});
afterAll(async () => {
  if (clientPrograms === null) return;
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function readSums(database: string): Promise<string[]> {
  const { admin } = bench.postgres.server;
  return await withSession({ ...admin, database }, {}, async (session) => {
    const { rows } = await session.query<{ line: string }>(sums);
    return rows.map(({ line }) => line);
  });
}

// Apart from what is left out on purpose, and the order in which pg_dump writes what nothing else needs.
async function readSchema(database: string): Promise<string> {
  const address = { ...bench.postgres.server.admin, database };
  const text = (await runClient('pg_dump', address, ['-s', '-O', '-x', '--no-publications'])).toString();
  const wrapper = /^(CREATE|ALTER) (FOREIGN DATA WRAPPER|SERVER) [^;]*;$/gm;
  return text
    .replace(/^\\(un)?restrict .*$/gm, '')
    .replace(/^--.*$/gm, '')
    .replace(wrapper, '')
    .replace(/^COMMENT ON EXTENSION .*$/gm, '')
    .replace(/\n{2,}/g, '\n\n')
    .split('\n\n')
    .sort()
    .join('\n\n');
}

const dump = (...args: string[]): Promise<Buffer> => runClient('pg_dump', source, args);

async function dumpFolder(): Promise<{ path: string; files: Record<string, Buffer> }> {
  const path = join(mkdtempSync(join(folder, 'd-')), 'shop');
  await dump('-Fd', '-f', path);
  return {
    path,
    files: Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name))])),
  };
}

async function tarOfFolder(...options: string[]): Promise<Buffer> {
  const { path } = await dumpFolder();
  return execFileSync('tar', [...options, '-c', '-C', join(path, '..'), basename(path)], { maxBuffer: 1e8 });
}

async function written(...args: string[]): Promise<Buffer> {
  const path = join(mkdtempSync(join(folder, 'f-')), 'file');
  await dump(...args, '-f', path);
  return readFileSync(path);
}

const makers: Readonly<Record<string, () => Promise<Files>>> = {
  'custom, gzip': async () => ({ 'shop.dump': await written('-Fc') }),
  'custom, not compressed': async () => ({ shop: await written('-Fc', '-Z0') }),
  'custom, written into a pipe, without offsets': async () => ({ 'a.b': await dump('-Fc') }),
  'custom, rows as INSERTs': async () => ({ 'a.dump': await written('-Fc', '--inserts') }),
  'custom, partitions through their root': async () => ({
    'a.dump': await written('-Fc', '--load-via-partition-root'),
  }),
  'a directory': async () => (await dumpFolder()).files,
  'a directory in a tar': async () => ({ 'a.tar': await tarOfFolder() }),
  'a directory in a .tgz': async () => ({ 'a.tgz': await tarOfFolder('-z') }),
  'a directory in a zip': async () => {
    const { files } = await dumpFolder();
    const entries = Object.entries(files).map(([name, bytes]) => [`shop/${name}`, bytes] as const);
    return { 'a.zip': Buffer.from(zipSync(Object.fromEntries(entries))) };
  },
  tar: async () => ({ 'a.tar': await written('-Ft') }),
  plain: async () => ({ 'complete-dump.sql': await dump() }),
  'plain, --create and --clean': async () => ({ 'a.sql': await dump('-C', '-c', '--if-exists') }),
  'plain, --clean': async () => ({ 'a.sql': await dump('-c') }),
  'plain, rows as INSERTs': async () => ({ 'a.sql': await dump('--column-inserts', '--rows-per-insert=50') }),
  'plain, in .gz': async () => ({ 'a.sql.gz': gzipSync(await dump()) }),
  'custom, in .zst': async () => ({ 'a.zst': zstdCompressSync(await dump('-Fc', '-Z0')) }),
  'plain in .gz in a zip': async () => ({
    'a.zip': Buffer.from(zipSync({ 'x/complete-dump.sql.gz': gzipSync(await dump()) })),
  }),
};

describe('one of everything', skipUnless(clientPrograms !== null, 'it needs pg_dump'), () => {
  it.each(Object.keys(makers))('comes back the same from %s', async (name) => {
    const files = (await makers[name]?.()) ?? {};
    const contents = await openCached(bench.core, files);
    const { result, database } = await bench.restore(contents);
    await contents.close?.();
    expect(await readSums(database)).toEqual(expected.sums);
    expect(await readSchema(database)).toBe(expected.schema);
    expect(result.warnings).toEqual([]);
    expect(result.tables.find((table) => table.name === 'person')?.rows).toBe(2000);
    await bench.asAdmin((session) => session.query(`DROP DATABASE ${quoteName(database)}`));
    const unpacked = join(bench.core.paths.cache, 'incoming');
    expect(existsSync(unpacked) ? readdirSync(unpacked) : []).toEqual([]);
  });

  it('belongs to the owner of the dataset, large objects too', async () => {
    const contents = await openCached(bench.core, { 'a.dump': await dump('-Fc') });
    const { rows } = await bench.restore(contents);
    expect(
      await rows(`SELECT DISTINCT pg_get_userbyid(o) FROM (SELECT lomowner AS o FROM pg_largeobject_metadata
        UNION SELECT relowner FROM pg_class WHERE relname IN ('person', 'moods', 'initials', 'counter')) x`),
    ).toEqual([['rp_own_test']]);
  });

  it('has its sequences where they were', async () => {
    const contents = await openCached(bench.core, { 'a.sql': await dump() });
    const { rows } = await bench.restore(contents);
    expect(await rows("SELECT nextval('counter')")).toEqual([['13']]);
  });

  it('tells what was left out, each with its reason', async () => {
    const contents = await openCached(bench.core, { 'a.dump': await dump('-Fc') });
    const { result } = await bench.restore(contents);
    const what = new Set(result.skipped.map((one) => one.what));
    expect([...what].sort()).toEqual(
      expect.arrayContaining(['foreign data wrapper', 'foreign server', 'grant', 'publication']),
    );
  });
});
