import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsHome, awsKeys, useAwsConfig } from '../../support/aws-config.ts';
import { isListing, type StandinRequest, s3Page, s3Refusal, startStandin } from '../../support/s3-standin.ts';

describe('a store that does not keep to what it listed', () => {
  let home: AwsHome;
  beforeEach(() => {
    home = useAwsConfig({}, awsKeys);
  });
  afterEach(() => home[Symbol.dispose]());
  const content = 'id\n1\n2\n';
  const listed = s3Page([{ key: 'exports/table-public.a.csv', sizeBytes: content.length, etag: 'x-2' }]);

  /** A file of a store that answers GETs so. */
  async function openFile(get: Parameters<typeof startStandin>[0]) {
    const standin = await startStandin((request: StandinRequest) => {
      if (isListing(request)) return listed;
      return request.method === 'HEAD' ? { status: 200 } : get(request);
    });
    const [file] = (await standin.open({}).publication(null, 'latest')).files;
    if (file?.openRange === undefined) throw new Error('there is no file');
    return { file, openRange: file.openRange, [Symbol.asyncDispose]: () => standin[Symbol.asyncDispose]() };
  }

  it.each([
    ['the whole file', () => ({ status: 200, body: content })],
    ['another range', () => ({ status: 206, headers: { 'content-range': 'bytes 0-3/7' }, body: 'id\n1' })],
    [
      'a range of another file',
      () => ({ status: 206, headers: { 'content-range': 'bytes 3-6/99' }, body: '1\n2\n' }),
    ],
  ])('is an error where it sends %s for a range (D6)', async (_, get) => {
    await using store = await openFile(get);
    await expect(store.openRange({ start: 3, end: 7 })).rejects.toMatchObject({ code: 'pull_mismatch' });
  });

  it('is an error where it sends a file of another length (D3)', async () => {
    await using store = await openFile(() => ({
      status: 200,
      headers: { 'content-length': '3' },
      body: 'id\n',
    }));
    await expect(store.file.open()).rejects.toMatchObject({ code: 'pull_mismatch' });
  });

  it('says that the connection was cut, and where (D1)', async () => {
    await using store = await openFile(() => (response) => {
      response.writeHead(200, { 'content-length': String(content.length) });
      response.write('id\n', () => response.destroy());
    });
    await expect(text(await store.file.open())).rejects.toMatchObject({
      code: 'pull_incomplete',
      message: expect.stringContaining('table-public.a.csv'),
    });
  });

  it('ends a file that is being read when the work is cancelled', async () => {
    await using store = await openFile(() => (response) => {
      response.writeHead(200, { 'content-length': String(content.length) });
      response.write('id\n');
    });
    const abort = new AbortController();
    const reading = text(await store.file.open(abort.signal));
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([412, 409])('is told to have changed where it answers %i (D5)', async (status) => {
    await using store = await openFile(() => ({
      status,
      body: '<Error><Code>PreconditionFailed</Code></Error>',
    }));
    await expect(store.file.open()).rejects.toMatchObject({ code: 'source_changed' });
  });
});

describe('a request that fails', () => {
  let home: AwsHome;
  beforeEach(() => {
    home = useAwsConfig({}, awsKeys);
  });
  afterEach(() => home[Symbol.dispose]());
  const listed = s3Page([{ key: 'exports/table-public.a.csv' }]);

  it('is sent again where it may pass (D10)', async () => {
    let failures = 0;
    await using standin = await startStandin(() => {
      failures += 1;
      if (failures === 1) return s3Refusal(503, 'SlowDown');
      return failures === 2 ? s3Refusal(500, 'InternalError') : listed;
    });
    expect(await standin.open().check()).toBe('1 dataset');
  });

  it('is not sent again where it may not (D10)', async () => {
    await using standin = await startStandin(() => s3Refusal(403, 'AccessDenied'));
    await expect(standin.open().check()).rejects.toMatchObject({ code: 'source_denied' });
    expect(standin.requests).toHaveLength(1);
  });

  it('for a clock that is wrong is sent again with the time of the store', async () => {
    const aheadMs = 3_600_000;
    await using standin = await startStandin(({ headers }) => {
      const at = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
      const now = Date.now() + aheadMs;
      if (Math.abs(Date.parse(at) - now) < 900_000) return listed;
      return s3Refusal(403, 'RequestTimeTooSkewed', { headers: { date: new Date(now).toUTCString() } });
    });
    expect(await standin.open().check()).toBe('1 dataset');
  });

  it('for one of many unknown files hides none of the others', async () => {
    const files = s3Page([{ key: 'exports/secret.bin' }, { key: 'exports/a.sql', sizeBytes: 6 }], {
      folders: ['exports/wf/'],
    });
    await using standin = await startStandin((request) => {
      if (isListing(request)) {
        const inside = request.query.get('prefix') === 'exports/wf/';
        return inside ? s3Page([{ key: 'exports/wf/table-x.csv' }]) : files;
      }
      if (request.path.endsWith('secret.bin')) return s3Refusal(403, 'AccessDenied');
      return request.path.endsWith('a.sql')
        ? { status: 206, headers: { 'content-range': 'bytes 0-5/6' }, body: 'SET x;' }
        : s3Refusal(501, 'NotImplemented');
    });
    expect((await standin.open().datasets()).map(({ dataset }) => dataset)).toEqual(['wf', 'a.sql']);
    const looked = standin.requests.filter(({ path }) => path.endsWith('secret.bin'));
    expect(looked).toHaveLength(1);
  });
});
