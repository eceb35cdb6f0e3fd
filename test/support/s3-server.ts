import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { freePort } from './port.ts';
import { skipUnless } from './skip.ts';

/** A real S3-compatible server (moto) of a test; all that it holds is gone with it. */
export interface S3Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly client: S3Client;
  makeBucket(name: string, options?: { versioned?: boolean }): Promise<void>;
  /** Writes objects by key, one after the other. */
  put(bucket: string, objects: Readonly<Record<string, string | Buffer>>): Promise<void>;
  stop(): Promise<void>;
}

/** Keys that the server takes; it takes any. */
export const s3Keys = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing-secret' };

/** The folder that `.ci/moto` has made; Debian 12, which tests run on, has no moto of its own. */
const root = process.env.ROCKPOOL_MOTO_ROOT ?? '';
const isHere = root !== '' && existsSync(join(root, 'usr/lib/python3/dist-packages/moto'));

/** For tests that need a real S3-compatible server. */
export const withS3Server = skipUnless(
  isHere && process.getuid?.() === 0,
  'it needs moto, an S3-compatible server: ROCKPOOL_MOTO_ROOT=$(.ci/moto), as root',
);

// It ends when its input does, so that a test that is killed leaves none behind.
const program = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(sys.argv[1:])`;

import { patienceMs } from './patience.ts';

/** Starts the server on a free port of 127.0.0.1 and waits until it answers. */
export async function startS3Server(): Promise<S3Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('chroot', [root, 'python3', '-c', program, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', PYTHONDONTWRITEBYTECODE: '1', LC_ALL: 'C.UTF-8' },
  });
  await answering(url, child);
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: s3Keys.AWS_ACCESS_KEY_ID, secretAccessKey: s3Keys.AWS_SECRET_ACCESS_KEY },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  return {
    url,
    port,
    client,
    makeBucket: async (name, { versioned = false } = {}) => {
      await client.send(new CreateBucketCommand({ Bucket: name }));
      if (!versioned) return;
      const enabled = { Bucket: name, VersioningConfiguration: { Status: 'Enabled' as const } };
      await client.send(new PutBucketVersioningCommand(enabled));
    },
    put: async (bucket, objects) => {
      for (const [key, body] of Object.entries(objects)) {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));
      }
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await stop();
    },
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}: ${errors}`);
    if (
      await fetch(`${url}/moto-api/`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`moto does not answer: ${errors}`);
    }
    await wait(50);
  }
}
