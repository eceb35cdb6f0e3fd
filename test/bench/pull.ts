import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { pullPublication } from '../../electron/archives/pull.ts';
import { openS3 } from '../../electron/sources/s3.ts';
import { defaultS3Options } from '../../electron/sources/s3-address.ts';
import { makeCore } from '../support/core.ts';
import { startProgram } from '../support/program.ts';
import { s3Keys, startS3Server } from '../support/s3-server.ts';
import { publishDataset } from './dataset.ts';
import { figureOf } from './measure.ts';
import { copyByRclone, hasRclone } from './rclone.ts';

const rounds = 7;

/** A server with a dataset at `s3://bucket/exports/wf/1/`. */
interface Served extends AsyncDisposable {
  readonly what: string;
  readonly url: string;
}

type Way = 'pull' | 'plain' | 'rclone';

/**
 * Pulls a dataset from a local S3 server, and beside it reads the same objects by plain GetObject streams into files
 * and by `rclone copy`, turn by turn in one run. Prints all three and how many times as fast as the others the pull is.
 * Pulling and rclone list first, the plain streams know the names. Once with 12 tables and once with one big one, from
 * moto, where there is one, and from a stand-in in a process of its own.
 */
export async function benchPull(sizeBytes = 400e6): Promise<void> {
  Object.assign(process.env, s3Keys);
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-pull-'));
  try {
    const many = join(folder, 'many');
    await publishDataset(many, sizeBytes);
    const one = join(folder, 'one');
    await mkdir(one);
    for (const name of (await readdir(many)).filter((file) => file.endsWith('.csv'))) {
      await pipeline(
        createReadStream(join(many, name)),
        createWriteStream(join(one, 'table-one.csv'), { flags: 'a' }),
      );
    }
    const servers = process.env.ROCKPOOL_MOTO_ROOT === undefined ? [serveStandin] : [serveMoto, serveStandin];
    for (const serve of servers) {
      for (const [what, path] of [
        ['12 tables', many],
        ['one table', one],
      ] as const) {
        await using served = await serve(path);
        await compare(`${what} from ${served.what}`, served.url, path, join(folder, 'copied'));
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function serveStandin(folder: string): Promise<Served> {
  const program = startProgram('serve-bucket', [folder]);
  const url = (await program.line('serving')).split(' ')[1] ?? '';
  return { what: 'a stand-in', url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

async function serveMoto(folder: string): Promise<Served> {
  const server = await startS3Server();
  await server.makeBucket('bucket');
  for (const name of await readdir(folder)) {
    await server.put('bucket', { [`exports/wf/1/${name}`]: await readFile(join(folder, name)) });
  }
  return { what: 'moto', url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function compare(what: string, url: string, folder: string, copied: string): Promise<void> {
  const names = await readdir(folder);
  const ways: Record<Way, () => Promise<number>> = {
    plain: () => measure(() => readPlain(url, names, copied)),
    rclone: () => measure(() => copyByRclone(url, 'bucket/exports/wf/1', copied)),
    pull: () => measurePull(url),
  };
  const taken: Way[] = hasRclone() ? ['plain', 'rclone', 'pull'] : ['plain', 'pull'];
  const times: Record<Way, number[]> = { plain: [], rclone: [], pull: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const way of taken) {
      times[way].push(await ways[way]());
      await rm(copied, { recursive: true, force: true });
    }
  }
  for (const way of taken) {
    const { min, median, max } = figureOf(times[way]);
    console.log(
      `${what}, ${way}: median ${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)}), best ratio to the pull ${(min / figureOf(times.pull).min).toFixed(2)}, median ratio ${figureOf(times[way].map((ms, round) => ms / (times.pull[round] ?? ms))).median.toFixed(2)}`,
    );
  }
  if (!hasRclone()) console.log(`${what}, rclone: not installed here`);
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

async function measurePull(url: string): Promise<number> {
  using home = makeCore();
  return await measure(async () => {
    const reader = openS3('s3://bucket/exports', {
      ...defaultS3Options,
      endpoint: url,
      region: 'us-east-1',
    });
    await pullPublication(home.core, await reader.publication('wf', 'latest'), { keepFreeBytes: 0 });
  });
}

async function measure(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
