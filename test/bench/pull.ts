import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { bundleProgram } from '../../scripts/bundle.ts';
import { startProgram } from '../support/program.ts';
import { s3Keys, startS3Server } from '../support/s3-server.ts';
import { publishDataset } from './dataset.ts';
import { figureOf } from './measure.ts';
import type { Order } from './puller.ts';
import { copyByRclone, hasRclone } from './rclone.ts';

const rounds = 9;

/** A server with a dataset at `s3://bucket/exports/wf/1/`. */
interface Served extends AsyncDisposable {
  readonly what: string;
  readonly url: string;
}

type Way = Order['way'] | 'rclone';

/** What one turn took, in milliseconds. */
interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

/**
 * Pulls a dataset from a local S3 server, and beside it reads the same objects by plain GetObject streams into files
 * and by `rclone copy`, turn by turn in one run. Prints all three and how many times as fast as the others the pull is.
 * Pulling and rclone list first, the plain streams know the names. Once with 12 tables and once with one big one: from a
 * stand-in in a process of its own that tells a CRC-32 of each file, as S3 does of what its SDKs have uploaded since
 * 2025, from one that tells only an MD5, and from moto, where there is one, which tells only that as well.
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
    await bundleProgram(join(folder, 'program'), join(import.meta.dirname, 'puller.ts'));
    await using puller = startPuller(join(folder, 'program', 'main.js'));
    const standins = [
      (path: string) => serveStandin(path, 'crc32'),
      (path: string) => serveStandin(path, ''),
    ];
    for (const serve of process.env.ROCKPOOL_MOTO_ROOT === undefined ? standins : [...standins, serveMoto]) {
      for (const [what, path] of [
        ['12 tables', many],
        ['one table', one],
      ] as const) {
        await using served = await serve(path);
        await compare(`${what} from ${served.what}`, served.url, path, join(folder, 'copied'), puller);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Puller extends AsyncDisposable {
  ask(order: Order): Promise<Taken>;
}

function startPuller(program: string): Puller {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const { value = '' } = await lines.next();
      const [said, ms, cpuMs] = String(value).split(' ');
      if (said !== 'done') throw new Error('the program that pulls has ended');
      return { ms: Number(ms), cpuMs: Number(cpuMs) };
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}

async function serveStandin(folder: string, sums: 'crc32' | ''): Promise<Served> {
  const program = startProgram('serve-bucket', [folder, sums]);
  const url = (await program.line('serving')).split(' ')[1] ?? '';
  const what = sums === 'crc32' ? 'a stand-in with CRC-32' : 'a stand-in with MD5';
  return { what, url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

async function serveMoto(folder: string): Promise<Served> {
  const server = await startS3Server();
  await server.makeBucket('bucket');
  for (const name of await readdir(folder)) {
    await server.put('bucket', { [`exports/wf/1/${name}`]: await readFile(join(folder, name)) });
  }
  return { what: 'moto', url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function compare(
  what: string,
  url: string,
  folder: string,
  copied: string,
  puller: Puller,
): Promise<void> {
  const names = await readdir(folder);
  const ways: Record<Way, () => Promise<Taken>> = {
    plain: () => puller.ask({ way: 'plain', url, names }),
    rclone: () => copyByRclone(url, 'bucket/exports/wf/1', copied),
    pull: () => puller.ask({ way: 'pull', url, names }),
  };
  const taken: Way[] = hasRclone() ? ['plain', 'rclone', 'pull'] : ['plain', 'pull'];
  const times: Record<Way, Taken[]> = { plain: [], rclone: [], pull: [] };
  // The first turn of each warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of taken) {
      const one = await ways[way]();
      if (round > 0) times[way].push(one);
      await rm(copied, { recursive: true, force: true });
    }
  }
  const pulled = times.pull.map(({ ms }) => ms);
  for (const way of taken) {
    const each = times[way].map(({ ms }) => ms);
    const { min, median, max } = figureOf(each);
    const cpu = figureOf(times[way].map(({ cpuMs }) => cpuMs)).median;
    const ratio = figureOf(each.map((ms, round) => ms / (pulled[round] ?? ms))).median;
    console.log(
      `${what}, ${way}: median ${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)}), ${Math.round(cpu)} ms of processor time, best ratio to the pull ${(min / figureOf(pulled).min).toFixed(2)}, median ratio ${ratio.toFixed(2)}`,
    );
  }
  if (!hasRclone()) console.log(`${what}, rclone: not installed here`);
}
