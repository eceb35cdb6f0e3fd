import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Archive, listArchives } from '../../../electron/archives/archive.ts';
import { type PullOptions, pullPublication } from '../../../electron/archives/pull.ts';
import type { ErrorCode } from '../../../electron/contract/errors.ts';
import { openFilestore } from '../../../electron/sources/filestore.ts';
import { openS3 } from '../../../electron/sources/s3.ts';
import { defaultS3Options } from '../../../electron/sources/s3-address.ts';
import type { Core } from '../../../electron/state/core.ts';
import { type Bucket, startBucket } from '../../support/bucket.ts';
import { makeCore } from '../../support/core.ts';
import { startFilestore } from '../../support/filestore.ts';
import { makeFolder } from '../../support/folder.ts';
import { type FaultyProxy, startProxy, type WayFault } from '../../support/proxy.ts';
import { publish } from '../../support/published.ts';

const quick: PullOptions = {
  keepFreeBytes: 0,
  retryDelayMs: 1,
  idleTimeoutMs: 300,
  rangedFromBytes: 64 * 1024,
};
const table = 'table-public.person.csv';
const rows = `id,name\n${'12345,somebody\n'.repeat(20_000)}`;
const files = { 'schema-public.sql': 'CREATE TABLE public.person (id int, name text);\n', [table]: rows };
const sizeBytes = rows.length;

interface Scene extends AsyncDisposable {
  readonly core: Core;
  readonly proxy: FaultyProxy;
  readonly bucket: Bucket | null;
  pull(): Promise<Archive>;
}

const kinds = ['S3', 'S3 without checksums', 'file store'] as const;
/** The first tells an MD5, the second a CRC-32 beside it. */
const telling = ['S3', 'S3 with CRC-32'] as const;

async function openScene(kind: (typeof kinds)[number] | (typeof telling)[number]): Promise<Scene> {
  const home = makeCore();
  const root = makeFolder();
  publish(join(root.path, 'wf'), files);
  const bucket =
    kind === 'file store'
      ? null
      : await startBucket(
          Object.fromEntries(
            Object.entries(files).map(([name, content]) => [`exports/wf/1/${name}`, content]),
          ),
          { multipart: kind === 'S3 without checksums', crc32: kind === 'S3 with CRC-32' },
        );
  const store = bucket ?? (await startFilestore(root.path));
  const proxy = await startProxy(store.url);
  const reader =
    bucket === null
      ? openFilestore(`${proxy.url}/file/wf`, { idleTimeoutMs: 300, retryDelayMs: 1 })
      : openS3('s3://bucket/exports', { ...defaultS3Options, endpoint: proxy.url, anonymous: true });
  return {
    core: home.core,
    proxy,
    bucket,
    pull: async () => {
      const publication = await reader.publication(bucket === null ? null : 'wf', 'latest');
      return pullPublication(home.core, publication, quick);
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      home[Symbol.dispose]();
      root[Symbol.dispose]();
    },
  };
}

/** Faults of the way for the table's bytes: the first so many times, or always. */
function onTable(fault: WayFault, times = Number.POSITIVE_INFINITY): FaultyProxy['fault'] {
  let seen = 0;
  return ({ method, path }) => {
    if (method !== 'GET' || !path.endsWith(table)) return null;
    seen += 1;
    return seen <= times ? fault : null;
  };
}

/** Every object is what its name says; no file is unfinished unless it has its notes. */
function expectSound(core: Core): void {
  const objects = readdirSync(core.paths.cache, { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile() && one.parentPath.includes('objects'),
  );
  for (const { parentPath, name } of objects) {
    const bytes = readFileSync(join(parentPath, name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
  }
}

function expectWhole(core: Core, archive: Archive): void {
  expectSound(core);
  const sums = Object.fromEntries(archive.files.map(({ name, sha256 }) => [name, sha256]));
  expect(sums).toEqual(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name,
        createHash('sha256').update(content).digest('hex'),
      ]),
    ),
  );
  expect(readdirSync(join(core.paths.cache, 'incoming'))).toEqual([]);
}

const passing: readonly (readonly [string, WayFault])[] = [
  ['reset at its beginning (D1)', { cutAfter: 0, how: 'reset' }],
  ['reset in the middle (D1)', { cutAfter: 100_001, how: 'reset' }],
  ['closed in the middle (D1)', { cutAfter: 100_001, how: 'close' }],
  ['closed one byte before its end (D1)', { cutAfter: sizeBytes - 1, how: 'close' }],
  ['stalled (D9)', { stallAfter: 100_001 }],
  ['slow', { bytesPerS: 2_000_000 }],
  ['answered with 503 (D10)', { status: 503 }],
  ['answered with 500 (D10)', { status: 500 }],
  ['answered with 429 (D10)', { status: 429 }],
];

describe.each(kinds)('a pull from %s, when the way of one file', (kind) => {
  it.each(passing)('is once %s, brings all of it', async (_what, fault) => {
    await using scene = await openScene(kind);
    scene.proxy.fault = onTable(fault, 1);
    expectWhole(scene.core, await scene.pull());
  });

  it.each([
    ['reset in the middle (D1)', { cutAfter: 100_001, how: 'reset' }],
    ['closed in the middle (D1, D2)', { cutAfter: 100_001, how: 'close' }],
    ['stalled at its beginning (D9)', { stallAfter: 0 }],
    ['a captive portal (D3)', { page: true }],
    ['refused (D10)', { status: 403 }],
    ['redirected (D11)', { redirect: 'http://127.0.0.1:1/login' }],
    ['out of order (D10)', { status: 503 }],
  ] as const)(
    'is always %s, ends with an error or whole, and never with a bad file',
    async (_what, fault) => {
      await using scene = await openScene(kind);
      scene.proxy.fault = onTable(fault);
      const outcome = await scene
        .pull()
        .catch((error: unknown) => error as { code: ErrorCode; hint: string });
      if ('files' in outcome) {
        // A way that is cut every 100 kB still gets a file through where it can be gone on with.
        expect(scene.bucket).not.toBeNull();
        expectWhole(scene.core, outcome);
      } else {
        expect(outcome.code).toMatch(
          /^(pull_(incomplete|stalled|mismatch)|source_(denied|invalid|unreachable))$/,
        );
        expect(outcome.hint).toEqual(expect.any(String));
        expect(listArchives(scene.core)).toEqual([]);
        expectSound(scene.core);
      }
      scene.proxy.fault = () => null;
      expectWhole(scene.core, await scene.pull());
    },
  );
});

describe('a pull from S3', () => {
  it('goes on behind what came where a stream is cut (D1)', async () => {
    await using scene = await openScene('S3');
    scene.proxy.fault = onTable({ cutAfter: 100_001, how: 'reset' }, 1);
    expectWhole(scene.core, await scene.pull());
    const starts = scene.proxy.requests.flatMap(({ range }) => range?.start ?? []);
    expect(starts).toEqual([0, expect.any(Number)]);
    expect(starts[1]).toBeGreaterThan(0);
  });

  it('takes a file whole where ranges are not given, and never adds one to the other (D6)', async () => {
    await using scene = await openScene('S3');
    const cut = onTable({ cutAfter: 100_001, how: 'reset' }, 1);
    const whole = onTable({ ignoreRange: true });
    scene.proxy.fault = (passed) => cut(passed) ?? whole(passed);
    expectWhole(scene.core, await scene.pull());
  });

  it('takes a file whole where other ranges come than were asked for (D6)', async () => {
    await using scene = await openScene('S3');
    const cut = onTable({ cutAfter: 100_001, how: 'reset' }, 1);
    scene.proxy.fault = (passed) => cut(passed) ?? (passed.range === null ? null : { shiftRange: -10 });
    expectWhole(scene.core, await scene.pull());
  });

  it.each(telling)('reads a file once more whose checksum differs, from %s (D4)', async (kind) => {
    await using scene = await openScene(kind);
    scene.proxy.fault = onTable({ flipAt: 77_777 }, 1);
    expectWhole(scene.core, await scene.pull());
  });

  it.each([
    ['S3', 'md5'],
    ['S3 with CRC-32', 'crc32'],
  ] as const)(
    'ends with pull_mismatch where it differs again, and keeps nothing of it, from %s (D4)',
    async (kind, algorithm) => {
      await using scene = await openScene(kind);
      scene.proxy.fault = onTable({ flipAt: 77_777 });
      await expect(scene.pull()).rejects.toMatchObject({ code: 'pull_mismatch', detail: { algorithm } });
      expect(listArchives(scene.core)).toEqual([]);
      expect(readdirSync(join(scene.core.paths.cache, 'incoming'))).toEqual([]);
    },
  );

  it('tells that an object changed between two ranges of it, and keeps nothing of it (D5)', async () => {
    await using scene = await openScene('S3');
    const cut = onTable({ cutAfter: 100_001, how: 'reset' }, 1);
    scene.proxy.fault = (passed) => {
      const fault = cut(passed);
      if (fault !== null) {
        setTimeout(
          () => scene.bucket?.objects.set(`exports/wf/1/${table}`, Buffer.from(rows.toUpperCase())),
          5,
        );
      }
      return fault;
    };
    await expect(scene.pull()).rejects.toMatchObject({ code: 'source_changed' });
    expect(listArchives(scene.core)).toEqual([]);
    expect(readdirSync(join(scene.core.paths.cache, 'incoming'))).toEqual([]);
    scene.proxy.fault = () => null;
    const [, changed] = (await scene.pull()).files;
    expect(changed?.sha256).toBe(createHash('sha256').update(rows.toUpperCase()).digest('hex'));
  });

  it.each(telling)(
    'does not ask for a file that another revision has, as its checksum tells, from %s',
    async (kind) => {
      await using scene = await openScene(kind);
      await scene.pull();
      for (const [name, content] of Object.entries(files)) {
        const next = name === table ? content : `${content}-- changed\n`;
        scene.bucket?.objects.set(`exports/wf/2/${name}`, Buffer.from(next));
      }
      const archive = await scene.pull();
      expect(archive.revision).toBe('2');
      expect(archive.files.find(({ name }) => name === table)?.sha256).toBe(
        createHash('sha256').update(rows).digest('hex'),
      );
      const asked = scene.proxy.requests.filter(
        ({ method, path }) => method === 'GET' && path.includes('/2/'),
      );
      expect(asked.map(({ path }) => path)).toEqual(['/bucket/exports/wf/2/schema-public.sql']);
    },
  );

  it('asks for such a file where no checksum tells, and keeps one copy', async () => {
    await using scene = await openScene('S3 without checksums');
    const first = await scene.pull();
    for (const [name, content] of Object.entries(files)) {
      scene.bucket?.objects.set(`exports/wf/2/${name}`, Buffer.from(content));
    }
    const second = await scene.pull();
    expect(second.files.map(({ sha256 }) => sha256)).toEqual(first.files.map(({ sha256 }) => sha256));
    const asked = scene.proxy.requests.filter(({ method, path }) => method === 'GET' && path.includes('/2/'));
    expect(asked).toHaveLength(2);
    expectWhole(scene.core, second);
  });

  it('does not ask again for what an earlier pull had brought when it failed (D1)', async () => {
    await using scene = await openScene('S3');
    const cut = onTable({ cutAfter: 200_000, how: 'close' }, 1);
    const down = onTable({ status: 403 });
    scene.proxy.fault = (passed) => cut(passed) ?? down(passed);
    await expect(scene.pull()).rejects.toMatchObject({ code: 'source_denied' });
    const before = scene.proxy.requests.length;
    scene.proxy.fault = () => null;
    expectWhole(scene.core, await scene.pull());
    const gets = scene.proxy.requests
      .slice(before)
      .filter(({ method, path }) => method === 'GET' && /csv|sql/.test(path));
    expect(gets).toMatchObject([{ range: { start: expect.any(Number), end: sizeBytes } }]);
    expect(gets[0]?.range?.start).toBeGreaterThan(100_000);
    expect(existsSync(join(scene.core.paths.cache, 'pulls'))).toBe(true);
    expect(readdirSync(join(scene.core.paths.cache, 'pulls'))).toEqual([]);
  });
});
