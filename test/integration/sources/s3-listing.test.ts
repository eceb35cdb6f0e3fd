import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { S3Options } from '../../../electron/contract/source.ts';
import { type AwsHome, awsKeys, useAwsConfig } from '../../support/aws-config.ts';
import { startProgram } from '../../support/program.ts';
import {
  isListing,
  type StandinAnswer,
  type StandinObject,
  type StandinRequest,
  s3Page,
  s3Refusal,
  startStandin,
} from '../../support/s3-standin.ts';

let home: AwsHome;
beforeEach(() => {
  home = useAwsConfig({}, awsKeys);
});
afterEach(() => home[Symbol.dispose]());

/** A bucket with these objects, listed in pages as S3 does. */
async function startBucket(objects: readonly StandinObject[], pageSize = 1000) {
  const keys = objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return startStandin((request) =>
    isListing(request) ? page(keys, request, pageSize) : s3Refusal(501, 'NotImplemented'),
  );
}

function page(objects: readonly StandinObject[], { query }: StandinRequest, pageSize: number): StandinAnswer {
  const prefix = query.get('prefix') ?? '';
  const entries = new Map<string, StandinObject | null>();
  for (const object of objects) {
    if (!object.key.startsWith(prefix)) continue;
    const slash = object.key.indexOf('/', prefix.length);
    if (slash < 0) entries.set(object.key, object);
    else entries.set(object.key.slice(0, slash + 1), null);
  }
  const from = Number(query.get('continuation-token') ?? 0);
  const all = [...entries];
  const shown = all.slice(from, from + pageSize);
  const encode = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return s3Page(
    shown.flatMap(([, object]) => (object === null ? [] : [{ ...object, key: encode(object.key) }])),
    {
      folders: shown.flatMap(([key, object]) => (object === null ? [encode(key)] : [])),
      encoded: true,
      ...(from + pageSize < all.length && { next: String(from + pageSize) }),
    },
  );
}

const anonymous: Partial<S3Options> = { anonymous: true };

describe('the datasets of a bucket', () => {
  it('are its workflows with their revisions in the order of their numbers, with sizes and dates', async () => {
    const files = (revision: number, sizeBytes: number) => [
      { key: `exports/wf/${revision}/table-a.csv`, sizeBytes },
      {
        key: `exports/wf/${revision}/schema-a.sql`,
        sizeBytes: 10,
        modifiedAt: `2026-01-0${(revision % 9) + 1}T00:00:00.000Z`,
      },
    ];
    await using standin = await startBucket([...files(2, 20), ...files(10, 30), ...files(9, 25)], 1);
    expect(await standin.open().datasets()).toEqual([
      {
        dataset: 'wf',
        revisions: [
          {
            id: '10',
            publishedAt: '2026-01-02T03:04:05.000Z',
            sizeBytes: 40,
            files: 2,
            format: 'data repository',
          },
          {
            id: '9',
            publishedAt: '2026-01-02T03:04:05.000Z',
            sizeBytes: 35,
            files: 2,
            format: 'data repository',
          },
          {
            id: '2',
            publishedAt: '2026-01-03T00:00:00.000Z',
            sizeBytes: 30,
            files: 2,
            format: 'data repository',
          },
        ],
      },
    ]);
  });

  it('never hold, count or size raw files, and are none where there is nothing else', async () => {
    await using standin = await startBucket([
      { key: 'exports/a/1/table-public.a.csv', sizeBytes: 5 },
      { key: 'exports/a/1/dump-public.a.csv', sizeBytes: 1000 },
      { key: 'exports/a/1/DELTA-table-public.a-new.csv', sizeBytes: 1000 },
      { key: 'exports/a/2/dump-public.a.csv', sizeBytes: 1000 },
      { key: 'exports/b/dump-public.a.csv', sizeBytes: 1000 },
      { key: 'exports/dump-all.sql', sizeBytes: 1000 },
    ]);
    const datasets = await standin.open(anonymous).datasets();
    expect(datasets).toMatchObject([{ dataset: 'a', revisions: [{ id: '1', files: 1, sizeBytes: 5 }] }]);
    expect(datasets[0]?.revisions).toHaveLength(1);
    expect(standin.requests.filter(({ path }) => /dump|delta/i.test(path))).toEqual([]);
    await expect(standin.open(anonymous).publication('b', 'latest')).rejects.toMatchObject({
      code: 'source_only_raw',
    });
    await expect(standin.open(anonymous).publication('a', '2')).rejects.toMatchObject({
      code: 'source_only_raw',
    });
  });

  it('are those under the prefix and not beside it; objects that stand for folders are no files', async () => {
    await using standin = await startBucket([
      { key: 'exports', sizeBytes: 9 },
      { key: 'exports/', sizeBytes: 0 },
      { key: 'exports/a/', sizeBytes: 0 },
      { key: 'exports/a/1/', sizeBytes: 0 },
      { key: 'exports/a/1/table-x.csv' },
      { key: 'exports-old/b/1/table-x.csv' },
      { key: 'exports/empty/', sizeBytes: 0 },
    ]);
    const datasets = await standin.open(anonymous).datasets();
    expect(datasets.map(({ dataset, revisions }) => [dataset, revisions.map(({ files }) => files)])).toEqual([
      ['a', [1]],
    ]);
  });

  it('of a bare address are found one and two folders further down', async () => {
    const { openS3 } = await import('../../../electron/sources/s3.ts');
    await using standin = await startBucket([
      { key: 'exports/wf/7/table-x.csv' },
      { key: 'exports/wf/8/table-x.csv' },
    ]);
    const open = async (path: string) =>
      (await openS3(`s3+${standin.url}/bucket/${path}`).datasets()).map(({ dataset, revisions }) => [
        dataset,
        ...revisions.map(({ id }) => id),
      ]);
    expect(await open('exports')).toEqual([['wf', '8', '7']]);
    expect(await open('exports/wf')).toEqual([['wf', '8', '7']]);
    expect(await open('exports/wf/7/')).toEqual([['wf', '7']]);
  });

  it('have names that are taken byte for byte (D12)', async () => {
    const name = 'w 1+2%41&é#?';
    await using standin = await startBucket([{ key: `exports/${name}/1/table-x.csv` }]);
    expect(await standin.open(anonymous).datasets()).toMatchObject([{ dataset: name }]);
    const prefixes = standin.requests.map(({ query }) => query.get('prefix'));
    expect(prefixes).toContain(`exports/${name}/1/`);
  });

  it('have no hostile names, and no files with such names (C21)', async () => {
    await using standin = await startBucket([
      { key: 'exports/../1/table-x.csv' },
      { key: 'exports/a\u0001b/1/table-x.csv' },
      { key: 'exports/c:\\x/1/table-x.csv' },
      { key: 'exports/good/1/table-x.csv' },
      { key: 'exports/good/2/table-..\\..\\x.csv' },
      { key: 'exports/good/2/table-z.csv' },
    ]);
    const reader = standin.open(anonymous);
    expect((await reader.datasets()).map(({ dataset }) => dataset)).toEqual(['good']);
    await expect(reader.publication('..', 'latest')).rejects.toMatchObject({ code: 'dataset_not_found' });
    await expect(reader.publication('good', '2')).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it('are whole dumps in many files, with all of these', async () => {
    const parts = Array.from({ length: 1500 }, (_, index) => ({
      key: `exports/wf/1/${3000 + index}.dat.gz`,
    }));
    const more = ['toc.dat', 'notes.txt', 'dump-public.a.csv'].map((name) => ({
      key: `exports/wf/1/${name}`,
    }));
    await using standin = await startBucket([...parts, ...more]);
    expect(await standin.open(anonymous).datasets()).toMatchObject([
      { dataset: 'wf', revisions: [{ id: '1', files: 1501, format: 'whole dump' }] },
    ]);
  });

  it('are asked for by name, and the answer says which there are', async () => {
    await using standin = await startBucket([
      { key: 'exports/a/1/table-x.csv' },
      { key: 'exports/b/1/table-x.csv' },
    ]);
    const reader = standin.open(anonymous);
    await expect(reader.publication(null, 'latest')).rejects.toMatchObject({
      code: 'dataset_not_found',
      message: expect.stringContaining('a, b'),
    });
    await expect(reader.publication('c', 'latest')).rejects.toMatchObject({ code: 'dataset_not_found' });
    await expect(reader.publication('a', '4')).rejects.toMatchObject({
      code: 'revision_not_found',
      hint: expect.stringContaining('There is 1'),
    });
  });

  it('are an error where there is nothing', async () => {
    await using standin = await startBucket([{ key: 'elsewhere/table-x.csv' }]);
    await expect(standin.open(anonymous).check()).rejects.toMatchObject({ code: 'source_empty' });
    expect(await standin.open(anonymous).datasets()).toEqual([]);
  });

  it('are not listed for ever where the store does not say how to go on', async () => {
    await using standin = await startStandin(() =>
      s3Page([{ key: 'exports/table-x.csv' }], { next: 'same' }),
    );
    await expect(standin.open(anonymous).datasets()).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('without an end'),
    });
  });

  it('take little memory, though there are 100,000 files', async () => {
    const objects: StandinObject[] = [];
    for (let workflow = 0; workflow < 10; workflow += 1) {
      for (let revision = 1; revision <= 20; revision += 1) {
        for (let table = 0; table < 500; table += 1) {
          objects.push({
            key: `exports/3b9d1f60-52c7-4f4e-8a43-7d0f6f1c2a0${workflow}/${revision}/table-a_table_of_the_schema_${table}.csv`,
          });
        }
      }
    }
    const byFolder = Map.groupBy(objects, ({ key }) => key.slice(0, key.lastIndexOf('/') + 1));
    const workflows = [...new Set([...byFolder.keys()].map((key) => key.replace(/\d+\/$/, '')))];
    await using standin = await startStandin(({ query }) => {
      const prefix = query.get('prefix') ?? '';
      const files = byFolder.get(prefix) ?? [];
      const from = Number(query.get('continuation-token') ?? 0);
      const folders =
        prefix === 'exports/'
          ? workflows
          : [...byFolder.keys()].filter((key) => workflows.includes(prefix) && key.startsWith(prefix));
      return s3Page(files.slice(from, from + 100), {
        folders: from === 0 ? folders : [],
        ...(from + 100 < files.length && { next: String(from + 100) }),
      });
    });
    await using flat = await startStandin((request) => {
      const from = Number(request.query.get('continuation-token') ?? 0);
      if (!isListing(request)) return s3Refusal(501, 'NotImplemented');
      const keys = Array.from({ length: 1000 }, (_, index) => ({
        key: `exports/table-public.a_rather_long_name_of_a_table_${from + index}.csv`,
      }));
      return s3Page(keys, from + 1000 < 100_000 ? { next: String(from + 1000) } : {});
    });
    for (const [url, datasets, revisions] of [
      [standin.url, 10, 200],
      [flat.url, 1, 1],
    ]) {
      await using program = startProgram('list-s3', [`s3+${url}/bucket/exports`], home.environment);
      const { output, errors } = await program.end();
      expect(errors).toBe('');
      const [, found, ids, files, bytes, peakBytes] = output.trim().split(' ').map(Number);
      expect([found, ids, files, bytes]).toEqual([datasets, revisions, 100_000, 300_000]);
      expect(peakBytes).toBeLessThanOrEqual(250_000_000);
    }
  });
});
