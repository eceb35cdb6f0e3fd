import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult, MoveResult, ResetResult } from '../../../../electron/contract/install.ts';
import { commonExtensions } from '../../../../electron/servers/extensions.ts';
import { openServers } from '../../../../electron/servers/servers.ts';
import { withSession } from '../../../../electron/sql/connect.ts';
import { docker, needsImage } from '../../../support/engine.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { countAt, queryAt } from '../../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson, sampleRevision, settle } from '../../../support/rockpool.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
});

afterAll(() => home[Symbol.asyncDispose]());

const install = (...words: string[]): Promise<InstallResult> => rockpoolJson(home, 'install', ...words);

describe('PostgreSQL of other majors', () => {
  for (const major of [15, 18]) {
    it(
      `${major}: installs, resets, saves and updates as the others do`,
      needsImage(`postgres:${major}`),
      async () => {
        const name = `on_${major}`;
        const made = await install(
          sampleRevision,
          '--as',
          name,
          '--server',
          'docker',
          '--postgres',
          String(major),
        );
        expect(made.install).toMatchObject({ server: `docker_${major}`, rows: 49_568 });
        expect(
          await queryAt(made.install.url, "SELECT current_setting('server_version_num')::int / 10000 AS v"),
        ).toEqual([{ v: major }]);
        await settle(home);
        await queryAt(made.install.url, 'DELETE FROM events');
        await rockpoolJson(home, 'snapshot', 'save', name, 'empty');
        const reset = await rockpoolJson<ResetResult>(home, 'reset', name);
        expect(reset.install.url).toBe(made.install.url);
        expect(await countAt(made.install.url, 'events')).toBe(22_015);
        await rockpoolJson(home, 'snapshot', 'restore', name, 'empty');
        expect(await countAt(made.install.url, 'events')).toBe(0);
        await settle(home);
        const server = await openServers(home.core).start(`docker_${major}`);
        const available = await withSession(server.admin, {}, (admin) =>
          admin.query<{ name: string }>('SELECT name FROM pg_available_extensions'),
        );
        const there = new Set(available.rows.map((row) => row.name));
        expect([...commonExtensions].filter((extension) => !there.has(extension))).toEqual([]);
        await rockpoolJson(home, 'remove', name);
        expect(docker === null ? [] : await leftOf(home)).toEqual([]);
      },
    );
  }
});

describe('a major that the dataset prefers and nobody asked for', needsImage('postgres:17'), () => {
  it('is a newer one that is at hand where its own cannot be pulled', async () => {
    const servers = openServers(home.core);
    const server = await servers.ensure({ kind: 'docker', preferred: 16 });
    expect(server.major).toBe(17);
    await expect(servers.ensure({ kind: 'docker', postgres: 16 })).rejects.toMatchObject({
      code: 'server_unavailable',
      message: expect.stringContaining('postgres:16'),
    });
    await servers.remove(server.name);
  });
});

describe('moving between kinds of servers', needsImage('postgres:17'), () => {
  it('goes to a container and back, with user, password and data, and leaves nothing behind', async () => {
    const first = await install(sampleRevision, '--as', 'acme');
    expect(first.install.server).toBe('embedded');
    const there = await rockpoolJson<MoveResult>(
      home,
      'move',
      'acme',
      '--server',
      'docker',
      '--postgres',
      '17',
    );
    expect(there.install.server).toBe('docker_17');
    expect(new URL(there.install.url).password).toBe(new URL(first.install.url).password);
    expect(await countAt(there.install.url, 'events')).toBe(22_015);
    expect(
      (await rockpoolJson<MoveResult>(home, 'move', 'acme', '--server', 'docker', '--postgres', '17'))
        .changed,
    ).toBe(false);
    const { stdout } = await rockpool(home, 'url', 'acme', '--format', 'compose');
    expect(stdout).toContain(`rockpool-${home.core.paths.homeId}-docker-17:5432/acme`);
    await settle(home);
    const back = await rockpoolJson<MoveResult>(home, 'move', 'acme', '--server', 'embedded');
    expect(back.install.url).toBe(first.install.url);
    expect(await countAt(back.install.url, 'events')).toBe(22_015);
    await settle(home);
    expect(await leftOf(home)).toEqual([]);
  });

  it('stays where it is when the container cannot be had', async () => {
    const { error } = await rockpoolError(
      home,
      'move',
      'acme',
      '--server',
      'docker',
      '--image',
      'localhost:1/no:1',
    );
    expect(error.code).toBe('server_unavailable');
    expect(
      await countAt(
        (await rockpoolJson<{ install: { url: string } }>(home, 'show', 'acme')).install.url,
        'events',
      ),
    ).toBe(22_015);
  });
});

describe('a server that fits', needsImage('pgvector/pgvector:pg17', 'postgres:15'), () => {
  let vectors: string;

  beforeAll(async () => {
    vectors = join(home.path, '..', 'vectors');
    await cp(sampleRevision, vectors, { recursive: true });
    await writeFile(
      join(vectors, 'schema-embeddings.sql'),
      '-- Dumped from database version 17.5\nCREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;\nCREATE TABLE public.embeddings (id bigint PRIMARY KEY, value public.vector(3));\n',
    );
    await writeFile(join(vectors, 'table-embeddings.csv'), 'id,value\n1,"[1,2,3]"\n2,"[4,5,6]"\n');
  });

  it('is an image that has the extension which the dataset needs, with the reason in the job’s log', async () => {
    const made = await install(vectors, '--as', 'vectors');
    expect(made.install.server).toMatch(/^docker_17_pgvector_/);
    expect(
      await queryAt(made.install.url, "SELECT id::int FROM embeddings ORDER BY value <-> '[4,5,5]' LIMIT 1"),
    ).toEqual([{ id: 2 }]);
    const { log } = await rockpoolJson<{ log: { message: string }[] }>(home, 'job', made.job);
    expect(log.map(({ message }) => message).join('\n')).toContain(
      'needs vector, which pgvector/pgvector:pg17 has',
    );
    await rockpoolJson(home, 'remove', 'vectors');
  });

  it('is refused where it could not hold the dataset, before anything is pulled, saying what would (E11)', async () => {
    const { entries: before } = await rockpoolJson<{ entries: unknown[] }>(home, 'cache', 'list');
    await writeFile(join(vectors, 'table-embeddings.csv'), 'id,value\n1,"[1,2,3]"\n');
    const embedded = await rockpoolError(home, 'install', vectors, '--as', 'no', '--server', 'embedded');
    expect(embedded.error).toMatchObject({
      code: 'server_unfit',
      hint: expect.stringContaining('pgvector/pgvector:pg'),
    });
    const official = await rockpoolError(
      home,
      ...['install', vectors, '--as', 'no', '--server', 'docker', '--image', 'postgres:15'],
    );
    expect(official.error).toMatchObject({
      code: 'server_unfit',
      hint: expect.stringContaining('pgvector/pgvector:pg15'),
    });
    expect((await rockpoolJson<{ entries: unknown[] }>(home, 'cache', 'list')).entries).toEqual(before);
  });
});

async function leftOf({ core }: Home): Promise<string[]> {
  if (docker === null) return [];
  const containers = await docker.listContainers({ all: true });
  const { Volumes } = await docker.listVolumes();
  return [...containers.map(({ Names }) => String(Names[0])), ...Volumes.map(({ Name }) => Name)].filter(
    (name) => name.includes(core.paths.homeId),
  );
}
