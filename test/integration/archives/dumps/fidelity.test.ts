import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Address, withSession } from '../../../../electron/sql/connect.ts';
import { quoteName } from '../../../../electron/sql/quote.ts';
import { startContainer } from '../../../support/container.ts';
import { clientPrograms, openCached, runClient } from '../../../support/dumps.ts';
import { needsImage } from '../../../support/engine.ts';
import { everything, sums } from '../../../support/everything.ts';
import { startPostgres, type TestPostgres } from '../../../support/postgres.ts';
import { type Bench, openBenchOn } from '../../../support/restoring.ts';
import { skipUnless } from '../../../support/skip.ts';

type Files = Readonly<Record<string, Buffer>>;

let bench: Bench;
let tools: Tools;
let source: Address;
let folder: string;
let expected: { sums: string[]; schema: string };

/** A server, and the client programs of its version. */
interface Tools {
  readonly postgres: TestPostgres;
  run(program: 'pg_dump' | 'psql', address: Address, args: readonly string[]): Promise<Buffer>;
}

async function toolsOfMachine(): Promise<Tools> {
  return { postgres: await startPostgres({ bin: clientPrograms ?? '' }), run: runClient };
}

async function toolsOfImage(major: number): Promise<Tools> {
  const postgres = await startContainer(`rockpool-test/postgres:${major}`, folder);
  return {
    postgres,
    run: (program, { host, port, user, password, database }, args) =>
      postgres.exec([program, '-h', host, '-p', String(port), '-U', user, '-d', database, ...args], password),
  };
}

async function open(start: () => Promise<Tools>): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'rockpool-dumps-'));
  tools = await start();
  bench = await openBenchOn(tools.postgres);
  const { admin } = tools.postgres.server;
  await bench.asAdmin((session) => session.query('CREATE DATABASE source TEMPLATE template0'));
  source = { ...admin, database: 'source' };
  await tools.run('psql', source, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', everything]);
  expected = { sums: await readSums('source'), schema: await readSchema('source') };
}

async function close(): Promise<void> {
  await bench?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}

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
  const text = (await tools.run('pg_dump', address, ['-s', '-O', '-x', '--no-publications'])).toString();
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

const dump = (...args: string[]): Promise<Buffer> => tools.run('pg_dump', source, args);

async function dumpFolder(
  options: readonly string[] = [],
): Promise<{ path: string; files: Record<string, Buffer> }> {
  const path = join(mkdtempSync(join(folder, 'd-')), 'shop');
  await dump('-Fd', ...options, '-f', path);
  return {
    path,
    files: Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name))])),
  };
}

async function tarOfFolder(options: readonly string[] = [], dumped: readonly string[] = []): Promise<Buffer> {
  const { path } = await dumpFolder(dumped);
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
  'a directory in a .tgz': async () => ({ 'a.tgz': await tarOfFolder(['-z']) }),
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

// What pg_dump can do since 16.
const laterMakers: typeof makers = {
  'custom, lz4': async () => ({ 'a.dump': await written('-Fc', '-Zlz4') }),
  'custom, zstd': async () => ({ 'a.dump': await written('-Fc', '-Zzstd') }),
  'a directory, lz4': async () => (await dumpFolder(['-Zlz4'])).files,
  'a directory, zstd, in a tar': async () => ({ 'a.tar': await tarOfFolder([], ['-Zzstd']) }),
};

async function comesBack(name: string): Promise<void> {
  const files = (await { ...makers, ...laterMakers }[name]?.()) ?? {};
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
}

describe('one of everything', skipUnless(clientPrograms !== null, 'it needs pg_dump'), () => {
  beforeAll(() => open(toolsOfMachine));
  afterAll(close);

  it.each(Object.keys(makers))('comes back the same from %s', comesBack);

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

const needsImages = needsImage('rockpool-test/postgres:17', 'rockpool-test/postgres:18');

describe.each([17, 18])('one of everything, by PostgreSQL %i', needsImages, (major) => {
  beforeAll(() => open(() => toolsOfImage(major)), 180_000);
  afterAll(close);

  it.each([...Object.keys(makers), ...Object.keys(laterMakers)])('comes back the same from %s', comesBack);
});
