import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openCluster } from '../../../electron/sources/k8s.ts';
import { startFilestore } from '../../support/filestore.ts';
import { makeFolder } from '../../support/folder.ts';
import { type KubectlPlan, makeKubectl } from '../../support/kubectl.ts';

const workflow = '8f1c2d3e-0000-4000-8000-000000000001';
const url = 'k8s://prod%2Feu/redaction/http-nas';

async function makeBench(plan: KubectlPlan = {}) {
  const folder = makeFolder();
  mkdirSync(join(folder.path, workflow));
  const rows = Array.from({ length: 20_000 }, (_, at) => `${at},name ${at}\n`).join('');
  writeFileSync(join(folder.path, workflow, 'table-public.users.csv'), `id,name\n${rows}`);
  writeFileSync(
    join(folder.path, workflow, 'schema-public.sql'),
    'CREATE TABLE users (id int, name text);\n',
  );
  const store = await startFilestore(folder.path);
  const port = Number(new URL(store.url).port);
  const kubectl = makeKubectl({ to: port, ...plan });
  return {
    kubectl,
    port,
    rows: `id,name\n${rows}`,
    open: (more = {}) => openCluster(url, { idleMs: 300, retryDelayMs: 5, ...more }),
    [Symbol.asyncDispose]: async () => {
      kubectl[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('a file store behind Kubernetes', () => {
  it('is listed and pulled through one kubectl, which ends when nobody needs it', async () => {
    await using bench = await makeBench();
    const source = bench.open();
    expect(await source.check()).toContain('the file store answers');
    const publication = await source.publication(workflow, 'latest');
    expect(publication.origin).toBe(url);
    const table = publication.files.find(({ name }) => name.startsWith('table-'));
    expect(await text((await table?.open()) as never)).toBe(bench.rows);
    await publication.confirm();
    expect(bench.kubectl.calls()).toEqual([
      [
        '--context=prod/eu',
        '--namespace=redaction',
        'port-forward',
        '--address=127.0.0.1',
        'service/http-nas',
        ':3000',
      ],
    ]);
    await expect.poll(() => bench.kubectl.alive()).toEqual([]);
  });

  it('is reached anew after its way was closed', async () => {
    await using bench = await makeBench();
    const source = bench.open();
    const publication = await source.publication(workflow, 'latest');
    await expect.poll(() => bench.kubectl.alive()).toEqual([]);
    await publication.confirm();
    expect(bench.kubectl.calls()).toHaveLength(2);
  });

  it('is reached by a new way where the one that was open has just died', async () => {
    await using bench = await makeBench();
    const source = bench.open({ idleMs: 60_000 });
    await source.check();
    for (const pid of bench.kubectl.alive()) process.kill(pid, 'SIGKILL');
    expect(await source.check()).toContain('the file store answers');
    expect(bench.kubectl.calls()).toHaveLength(2);
  });

  it('gives kubectl no more of the environment than it needs (F4)', async () => {
    await using bench = await makeBench();
    process.env.PLANTED_SECRET = 'planted';
    try {
      await bench.open().check();
    } finally {
      delete process.env.PLANTED_SECRET;
    }
    expect(readFileSync(join(bench.kubectl.path, 'calls.jsonl'), 'utf8')).not.toContain('planted');
  });

  it('says so when the way closes in the middle of a file', async () => {
    await using bench = await makeBench();
    const source = bench.open();
    const publication = await source.publication(workflow, 'latest');
    await expect.poll(() => bench.kubectl.alive()).toEqual([]);
    bench.kubectl.plan({ to: bench.port, diesAfterBytes: 50_000 });
    const table = publication.files.find(({ name }) => name.startsWith('table-'));
    const read = (async () => text((await table?.open()) as never))();
    await expect(read).rejects.toMatchObject({
      code: 'source_unreachable',
      message: "kubectl's way to redaction/http-nas has closed: error: lost connection to pod.",
    });
  });

  const refusals: [how: string, plan: KubectlPlan, code: string, words: RegExp][] = [
    [
      'has no such service',
      { says: 'Error from server (NotFound): services "http-nas" not found' },
      'source_unreachable',
      /"http-nas" not found/,
    ],
    [
      'refuses',
      { says: 'error: You must be logged in to the server (Unauthorized)' },
      'source_denied',
      /must be logged in/,
    ],
    [
      'has no such context',
      { says: 'error: context "prod/eu" does not exist' },
      'source_unreachable',
      /does not exist/,
    ],
    ['says nothing', { silent: true }, 'source_unreachable', /has not opened a way/],
  ];
  it.each(refusals)('passes on why where the cluster %s', async (_, plan, code, words) => {
    await using bench = await makeBench(plan);
    await expect(bench.open({ openMs: 500 }).check()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
    await expect.poll(() => bench.kubectl.alive()).toEqual([]);
  });

  it('says that kubectl is not there', async () => {
    await using bench = await makeBench();
    const before = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      await expect(bench.open().check()).rejects.toMatchObject({
        message: expect.stringContaining('no kubectl'),
      });
    } finally {
      process.env.PATH = before;
    }
  });
});
