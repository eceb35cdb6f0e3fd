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

const rounds = 5;

/** A server with a dataset at `s3://bucket/exports/wf/1/`. */
interface Served extends AsyncDisposable {
  readonly what: string;
  readonly url: string;
}

/**
 * Pulls a dataset from a local S3 server, and reads the same objects by plain GetObject streams into files, turn by
 * turn in one run, and prints both and their ratio: above 1 the pull is faster. Once with 12 tables, once with one big
 * one. The server is moto where there is one, else a stand-in in a process of its own.
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
    for (const [what, path] of [
      ['12 tables', many],
      ['one table', one],
    ] as const) {
      await using served = await serve(path);
      await compare(`${what} from ${served.what}`, served.url, path, folder);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function serve(folder: string): Promise<Served> {
  const names = await readdir(folder);
  if (process.env.ROCKPOOL_MOTO_ROOT === undefined) {
    const program = startProgram('serve-bucket', [folder]);
    const url = (await program.line('serving')).split(' ')[1] ?? '';
    return { what: 'a stand-in', url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
  }
  const server = await startS3Server();
  await server.makeBucket('bucket');
  for (const name of names) {
    await server.put('bucket', { [`exports/wf/1/${name}`]: await readFile(join(folder, name)) });
  }
  return { what: 'moto', url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function compare(what: string, url: string, folder: string, scratch: string): Promise<void> {
  const names = await readdir(folder);
  const times: { pull: number[]; plain: number[] } = { pull: [], plain: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.plain.push(await measure(() => readPlain(url, names, join(scratch, 'plain'))));
    times.pull.push(await measurePull(url));
  }
  const [pull, plain] = [figureOf(times.pull), figureOf(times.plain)];
  console.log(
    `pull ${what}: median ${Math.round(pull.median)} ms (${Math.round(pull.min)}–${Math.round(pull.max)}), plain streams ${Math.round(plain.median)} ms (${Math.round(plain.min)}–${Math.round(plain.max)}), ratio ${(plain.median / pull.median).toFixed(2)}, of the best of each ${(plain.min / pull.min).toFixed(2)}`,
  );
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
  await rm(folder, { recursive: true });
}

async function measurePull(url: string): Promise<number> {
  using home = makeCore();
  const reader = openS3('s3://bucket/exports', { ...defaultS3Options, endpoint: url, region: 'us-east-1' });
  const publication = await reader.publication('wf', 'latest');
  return await measure(() => pullPublication(home.core, publication, { keepFreeBytes: 0 }));
}

async function measure(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
