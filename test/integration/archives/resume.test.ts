import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listArchives } from '../../../electron/archives/archive.ts';
import { objectPath } from '../../../electron/archives/cache.ts';
import type { Core } from '../../../electron/state/core.ts';
import { startBucket } from '../../support/bucket.ts';
import { makeCore } from '../../support/core.ts';
import { startProgram } from '../../support/program.ts';
import { type FaultyProxy, startProxy } from '../../support/proxy.ts';
import { s3Keys } from '../../support/s3-server.ts';

const mebibyte = 1024 * 1024;
const table = 'table-public.big.csv';

/** Rows of about this size, no two stretches of which are alike. */
function rowsOf(sizeBytes: number): Buffer {
  const lines = ['id,body'];
  const filler = 'x'.repeat(200);
  for (let id = 0, length = 0; length < sizeBytes; id++) {
    const line = `${id},${id * 7919}${filler}`;
    lines.push(line);
    length += line.length + 1;
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** A bucket behind a proxy, a home, and a program that pulls from the one into the other. */
async function openScene(content: Buffer) {
  const home = makeCore();
  const bucket = await startBucket({
    'exports/wf/1/schema-public.sql': 'CREATE TABLE public.big (id int, body text);\n',
    [`exports/wf/1/${table}`]: content,
  });
  const proxy = await startProxy(bucket.url);
  const environment = {
    ...home.environment,
    ...s3Keys,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: proxy.url,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  return {
    core: home.core,
    bucket,
    proxy,
    start: () => startProgram('pull', ['s3://bucket/exports/wf'], environment),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await bucket[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What the notes in the cache say has come and was hashed. */
function notedRanges(core: Core): Range[] {
  const folder = join(core.paths.cache, 'incoming');
  const notes = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return notes.flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).ranges as Range[]);
}

function tableRanges({ requests }: FaultyProxy, from: number): Range[] {
  return requests
    .slice(from)
    .filter(({ method, path }) => method === 'GET' && path.endsWith(table))
    .flatMap(({ range }) => range ?? []);
}

function overlap(a: Range, b: Range): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

function sentBytes({ requests }: FaultyProxy): number {
  return requests.reduce((sum, passed) => sum + passed.sentBytes, 0);
}

async function reach(proxy: FaultyProxy, bytes: number): Promise<void> {
  while (sentBytes(proxy) < bytes) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function sumOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

describe('a pull that was killed', () => {
  it('at five moments goes on each time, and never asks for bytes that were verified (D1, D13)', async () => {
    const content = rowsOf(60 * mebibyte);
    await using scene = await openScene(content);
    const { core, proxy } = scene;
    proxy.fault = () => ({ bytesPerS: 16 * mebibyte });
    let noted: Range[] = [];
    let before = 0;
    const expectNoneTwice = () => {
      for (const asked of tableRanges(proxy, before)) {
        for (const known of noted) expect(overlap(asked, known)).toBe(0);
      }
    };
    for (const share of [0.05, 0.25, 0.45, 0.65, 0.85]) {
      before = proxy.requests.length;
      await using program = scene.start();
      await reach(proxy, share * content.length);
      // On a busy machine hashing lags behind what the network has brought.
      while (share > 0.8 && sumOf(notedRanges(core)) <= content.length / 2) await pause();
      await program.kill('SIGKILL');
      expectNoneTwice();
      expect(listArchives(core)).toEqual([]);
      noted = notedRanges(core);
    }
    expect(sumOf(noted)).toBeGreaterThan(content.length / 2);
    before = proxy.requests.length;
    await using last = scene.start();
    await last.line('pulled');
    expectNoneTwice();
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(readFileSync(objectPath(core.paths, sha256)).equals(content)).toBe(true);
    expect(readdirSync(join(core.paths.cache, 'incoming'))).toEqual([]);
  });

  it('asks again for bytes that were changed or lost on the disk since, and for none of another content (D5, D16)', async () => {
    const content = rowsOf(16 * mebibyte);
    await using scene = await openScene(content);
    const { core, proxy } = scene;
    const folder = join(core.paths.cache, 'incoming');
    const partOf = () => join(folder, readdirSync(folder).find((name) => name.endsWith('.part')) ?? '');
    const killMidway = async () => {
      proxy.fault = () => ({ bytesPerS: 16 * mebibyte });
      const from = sentBytes(proxy);
      await using program = scene.start();
      await reach(proxy, from + 10 * mebibyte);
      await program.kill('SIGKILL');
      proxy.fault = () => null;
      expect(notedRanges(core)).not.toEqual([]);
    };
    const pullAnew = async (wanted: Buffer) => {
      const before = proxy.requests.length;
      await using program = scene.start();
      await program.line('pulled');
      const sha256 = createHash('sha256').update(wanted).digest('hex');
      expect(readFileSync(objectPath(core.paths, sha256)).equals(wanted)).toBe(true);
      expect(Math.min(...tableRanges(proxy, before).map(({ start }) => start))).toBe(0);
      core.state.run('DELETE FROM archives');
    };
    await killMidway();
    const flipped = readFileSync(partOf());
    flipped[1234] = (flipped[1234] ?? 0) ^ 1;
    writeFileSync(partOf(), flipped);
    await pullAnew(content);
    await killMidway();
    truncateSync(partOf(), 4096);
    await pullAnew(content);
    await killMidway();
    const other = Buffer.from(content.toString().replaceAll('x', 'y'));
    scene.bucket.objects.set(`exports/wf/1/${table}`, other);
    await pullAnew(other);
  });
});

describe('two that pull from a bucket', () => {
  it('the same publication make one pull between them, in two processes (D17)', async () => {
    const content = rowsOf(12 * mebibyte);
    await using scene = await openScene(content);
    scene.proxy.fault = () => ({ bytesPerS: 32 * mebibyte });
    await using first = scene.start();
    await using second = scene.start();
    const lines = await Promise.all([first.line('pulled'), second.line('pulled')]);
    expect(lines[0]).toBe(lines[1]);
    const asked = tableRanges(scene.proxy, 0).reduce((sum, { start, end }) => sum + end - start, 0);
    expect(asked).toBe(content.length);
  });
});
