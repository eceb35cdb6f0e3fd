import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { pullPublication } from '../../electron/archives/pull.ts';
import { openS3 } from '../../electron/sources/s3.ts';
import { defaultS3Options } from '../../electron/sources/s3-address.ts';
import { openCore } from '../../electron/state/core.ts';

/**
 * Pulls, or reads plainly, whenever a line on its input asks for it, and prints the milliseconds and the milliseconds of
 * processor time. It is bundled before it runs, as the app is. Ends with its input.
 */
export interface Order {
  readonly way: 'pull' | 'plain';
  readonly url: string;
  readonly names: readonly string[];
}

for await (const line of createInterface({ input: process.stdin })) {
  const { way, url, names } = JSON.parse(line) as Order;
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-puller-'));
  const before = process.cpuUsage();
  const startedAt = performance.now();
  if (way === 'pull') await pull(url, folder);
  else await readPlain(url, names, folder);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  await rm(folder, { recursive: true, force: true });
  console.log(`done ${ms.toFixed(1)} ${((user + system) / 1000).toFixed(0)}`);
}

async function pull(url: string, home: string): Promise<void> {
  const core = openCore({ ROCKPOOL_HOME: home });
  try {
    const reader = openS3('s3://bucket/exports', { ...defaultS3Options, endpoint: url, region: 'us-east-1' });
    await pullPublication(core, await reader.publication('wf', 'latest'), { keepFreeBytes: 0 });
  } finally {
    core.state.close();
  }
}

async function readPlain(url: string, names: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  for (const name of names) {
    const answer = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: `exports/wf/1/${name}` }));
    await pipeline(answer.Body as Readable, createWriteStream(join(folder, name)));
  }
  client.destroy();
}
