import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as getPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { get as getTls } from 'node:https';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BulkHttpAgent, BulkHttpsAgent } from '../../../electron/sources/s3-agent.ts';
import { makeFolder } from '../../support/folder.ts';
import { startStandin } from '../../support/s3-standin.ts';

const body = randomBytes(9 * 1024 * 1024 + 17);

/** Sends the body in pieces whose sizes differ, so that it is read in pieces that differ. */
async function sendPieces(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-length': body.length });
  for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7) % 900_001) {
    if (!response.write(body.subarray(at, at + size))) await once(response, 'drain');
  }
  response.end();
}

function certificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  const subject = ['-subj', '/CN=rockpool test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** Takes every chunk and keeps it until the end, with a pause now and then. */
async function readSlowly(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (chunks.length % 5 === 0) await wait(2);
  }
  return Buffer.concat(chunks);
}

describe.each(['http', 'https'] as const)('bytes that are read in big pieces over %s', (scheme) => {
  it('are those that were sent, of several answers at once, on connections that are used again', async () => {
    using folder = makeFolder();
    const tls = scheme === 'https' ? certificate(folder.path) : undefined;
    await using standin = await startStandin(() => (response) => void sendPieces(response), tls);
    const options = { keepAlive: true, maxSockets: 3 };
    const agent =
      tls === undefined ? new BulkHttpAgent(options) : new BulkHttpsAgent({ ...options, ca: tls.cert });
    const get = tls === undefined ? getPlain : getTls;
    try {
      const wanted = createHash('sha256').update(body).digest('hex');
      const sums = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const [answer] = (await once(get(standin.url, { agent }), 'response')) as [IncomingMessage];
          return createHash('sha256')
            .update(await readSlowly(answer))
            .digest('hex');
        }),
      );
      expect(sums).toEqual(Array(6).fill(wanted));
    } finally {
      agent.destroy();
    }
  });
});
