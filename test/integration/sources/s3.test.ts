import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findArchive } from '../../../electron/archives/archive.ts';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { openS3 } from '../../../electron/sources/s3.ts';
import { defaultS3Options } from '../../../electron/sources/s3-address.ts';
import type { PublishedFile } from '../../../electron/sources/source.ts';
import { type AwsHome, useAwsConfig } from '../../support/aws-config.ts';
import { makeCore } from '../../support/core.ts';
import { rawMark, repositoryFiles, storeFiles } from '../../support/published.ts';
import { type S3Server, s3Keys, startS3Server, withS3Server } from '../../support/s3-server.ts';

const tables = { 'table-public.a.csv': 'id\n1\n2\n', 'table-public.b.csv': 'id,name\n1,x\n' };

function under(
  prefix: string,
  files: Readonly<Record<string, string | Buffer>>,
): Record<string, string | Buffer> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${prefix}${name}`, content]));
}

async function read(file: PublishedFile | undefined): Promise<string> {
  if (file === undefined) throw new Error('there is no such file');
  return text(await file.open());
}

async function readRange(file: PublishedFile | undefined, start: number, end: number): Promise<string> {
  if (file?.openRange === undefined) throw new Error('there is no such file');
  return text(await file.openRange({ start, end }));
}

describe('a bucket of a real S3-compatible server', withS3Server, () => {
  let server: S3Server;
  let home: AwsHome;
  let bucket = 0;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    home = useAwsConfig({}, s3Keys);
    bucket += 1;
  });
  afterEach(() => home[Symbol.dispose]());

  /** A new bucket with these objects, and how to open a place in it. */
  async function makeBucket(objects: Record<string, string | Buffer>, options: { versioned?: boolean } = {}) {
    const name = `bucket-${bucket}`;
    await server.makeBucket(name, options);
    await server.put(name, objects);
    return {
      name,
      open: (prefix = 'exports') =>
        openS3(`s3://${name}/${prefix}`, { ...defaultS3Options, endpoint: server.url }),
    };
  }

  it('gives the revisions of a data repository, whole, with what tells their content', async () => {
    const place = await makeBucket({
      ...under('exports/acme/2/', repositoryFiles(2)),
      ...under('exports/acme/10/', repositoryFiles(10)),
    });
    const reader = place.open();
    expect(await reader.check()).toBe('1 dataset in 2 revisions');
    const latest = await reader.publication(null, 'latest');
    expect(latest).toMatchObject({ dataset: 'acme', revision: '10', origin: reader.origin });
    expect(latest.files.map(({ name }) => name)).toEqual(Object.keys(repositoryFiles(10)).toSorted());
    for (const file of latest.files) {
      const content = repositoryFiles(10)[file.name] ?? '';
      expect(await read(file)).toBe(content);
      expect(file.sizeBytes).toBe(content.length);
      const md5 = createHash('md5').update(content).digest('base64');
      expect(file.checksum).toEqual({ algorithm: 'md5', base64: md5 });
    }
    const former = await reader.publication('acme', '2');
    const artists = (files: readonly PublishedFile[]) =>
      files.find(({ name }) => name === 'table-Artist.csv');
    expect(artists(former.files)?.fingerprint).not.toBe(artists(latest.files)?.fingerprint);
    await former.confirm();
  });

  it('is pulled into the cache, and raw files are not even asked for', async () => {
    using core = makeCore();
    const place = await makeBucket(under('exports/wf/1/', storeFiles));
    const publication = await place.open().publication('wf', 'latest');
    const archive = await pullPublication(core.core, publication, { keepFreeBytes: 0 });
    const names = Object.keys(storeFiles).filter((name) => !/^(dump|delta)-/.test(name));
    expect(archive.files.map(({ name }) => name)).toEqual(names.toSorted());
    expect(JSON.stringify(findArchive(core.core, archive.id))).not.toContain(rawMark);
  });

  it('gives ranges of the content that was listed, and no other (D5)', async () => {
    const place = await makeBucket(under('exports/', tables));
    const [file] = (await place.open().publication(null, 'latest')).files;
    const range = (start: number, end: number) => readRange(file, start, end);
    expect(await range(0, 3)).toBe('id\n');
    expect(await range(3, 7)).toBe('1\n2\n');
    expect(await range(4, 4)).toBe('');
    await server.put(place.name, { 'exports/table-public.a.csv': 'id\n9\n9\n' });
    await expect(range(3, 7)).rejects.toMatchObject({ code: 'source_changed' });
    await expect(file?.open()).rejects.toMatchObject({ code: 'source_changed' });
    await server.client.send(
      new DeleteObjectCommand({ Bucket: place.name, Key: 'exports/table-public.a.csv' }),
    );
    await expect(file?.open()).rejects.toMatchObject({ code: 'source_changed' });
  });

  it('notices what came, went or changed since it was listed', async () => {
    const place = await makeBucket(under('exports/', tables));
    const list = () => place.open().publication(null, 'latest');
    const before = await list();
    await before.confirm();
    await server.put(place.name, {
      'exports/table-public.c.csv': 'id\n',
      'exports/dump-public.c.csv': 'id\n',
    });
    await expect(before.confirm()).rejects.toMatchObject({ code: 'source_changed' });
    const after = await list();
    await server.put(place.name, { 'exports/dump-public.d.csv': 'id\n', 'exports/notes.txt': 'x' });
    await after.confirm();
    await server.put(place.name, { 'exports/table-public.c.csv': 'it\n' });
    await expect(after.confirm()).rejects.toMatchObject({ code: 'source_changed' });
    const last = await list();
    for (const name of ['a', 'b', 'c']) {
      const key = `exports/table-public.${name}.csv`;
      await server.client.send(new DeleteObjectCommand({ Bucket: place.name, Key: key }));
    }
    await expect(last.confirm()).rejects.toMatchObject({ code: 'source_changed' });
  });

  it('names the revision of a flat feed by the newest of its files', async () => {
    const place = await makeBucket(under('exports/', tables));
    const publication = await place.open().publication(null, 'latest');
    expect(publication).toMatchObject({ dataset: 'exports' });
    expect(publication.revision).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(publication.revision)).toBe(Date.parse(publication.publishedAt ?? ''));
    expect(await place.open().datasets()).toMatchObject([
      { dataset: 'exports', revisions: [{ id: publication.revision, files: 2, format: 'CSV files' }] },
    ]);
    await expect(place.open().publication(null, '2001-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'revision_not_found',
      hint: expect.stringContaining(publication.revision),
    });
  });

  it('keeps former runs of a flat feed as revisions where it keeps versions', async () => {
    const place = await makeBucket(under('exports/', tables), { versioned: true });
    const first = await place.open().publication(null, 'latest');
    // Times are told to the second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await server.put(place.name, under('exports/', { ...tables, 'table-public.a.csv': 'id\n3\n' }));
    const reader = place.open();
    const [listed] = await reader.datasets();
    expect(listed?.revisions.map(({ id, files, sizeBytes }) => [id, files, sizeBytes])).toEqual([
      [expect.any(String), 2, 17],
      [first.revision, 2, 19],
    ]);
    expect(listed?.revisions[0]?.id).not.toBe(first.revision);
    expect(await read((await reader.publication(null, 'latest')).files[0])).toBe('id\n3\n');
    const former = await reader.publication(null, first.revision);
    expect(await read(former.files[0])).toBe('id\n1\n2\n');
    expect(await readRange(former.files[0], 3, 5)).toBe('1\n');
    await former.confirm();
  });

  it('claims no checksum of a file that came in several parts (D7)', async () => {
    const place = await makeBucket({});
    const key = { Bucket: place.name, Key: 'exports/table-public.big.csv' };
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(key));
    const parts = [Buffer.alloc(5 * 1024 * 1024, 'x\n'), Buffer.from('end\n')];
    const done: { PartNumber: number; ETag: string | undefined }[] = [];
    for (const [index, Body] of parts.entries()) {
      const part = { ...key, UploadId, PartNumber: index + 1, Body };
      const { ETag } = await server.client.send(new UploadPartCommand(part));
      done.push({ PartNumber: index + 1, ETag });
    }
    const upload = { ...key, UploadId, MultipartUpload: { Parts: done } };
    await server.client.send(new CompleteMultipartUploadCommand(upload));
    const [file] = (await place.open().publication(null, 'latest')).files;
    expect(file).toMatchObject({ checksum: null, sizeBytes: 5 * 1024 * 1024 + 4 });
    const kms = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: 'k' };
    await server.client.send(new PutObjectCommand({ ...key, Body: 'id\n', ...kms }));
    expect((await place.open().publication(null, 'latest')).files[0]?.checksum).toBeNull();
  });

  it('lists whole dumps with what their first bytes say they are, and a dump beside tables not at all', async () => {
    const place = await makeBucket({
      'exports/prod.backup': 'PGDMP\x01\x0e\x00',
      'exports/prod.sql': '--\n-- PostgreSQL database dump\n--\nSET statement_timeout = 0;\n',
      'exports/notes.txt': 'nothing of interest',
      'exports/wf/complete-dump.sql': 'SET x = 1;\n',
      'exports/both/complete-dump.sql': 'SET x = 1;\n',
      'exports/both/table-public.a.csv': 'id\n1\n',
    });
    const datasets = await place.open().datasets();
    expect(
      datasets.map(({ dataset, revisions }) => [dataset, revisions[0]?.format, revisions[0]?.files]),
    ).toEqual([
      ['both', 'CSV files', 1],
      ['wf', 'whole dump', 1],
      ['prod.backup', 'pg_dump custom', 1],
      ['prod.sql', 'plain SQL', 1],
    ]);
    const direct = await place.open('exports/prod.sql').publication(null, 'latest');
    expect(direct.files.map(({ name }) => name)).toEqual(['prod.sql']);
    await direct.confirm();
    await server.put(place.name, { 'exports/dump-public.a.csv': 'id\n1\n' });
    await expect(place.open('exports/dump-public.a.csv').publication(null, 'latest')).rejects.toMatchObject({
      code: 'source_only_raw',
    });
  });

  it('has names with every character asked for byte for byte (D12)', async () => {
    const name = "table-public.a b+c%20d#e?f&é=;,!'()*.csv";
    const place = await makeBucket({ [`exports/w & ü/1/${name}`]: 'id\n1\n' });
    const publication = await place.open().publication(null, 'latest');
    expect(publication.dataset).toBe('w & ü');
    expect(publication.files.map((file) => file.name)).toEqual([name]);
    expect(await read(publication.files[0])).toBe('id\n1\n');
  });
});
