import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Seen, smallContract } from '../../../support/page-server.ts';

// A machine may be busy: this only ends what hangs.
const soon = { timeout: 60_000 };

type Client = ContractRouterClient<typeof smallContract>;
const program = join(import.meta.dirname, '../../../support/programs/port-server.ts');

describe('calls over message ports between threads, as between the window and its core', () => {
  let worker: Worker;
  let uncaught: string[];

  beforeEach(() => {
    uncaught = [];
    worker = new Worker(program);
    worker.on('message', (message: { uncaught?: string }) => {
      if (message.uncaught !== undefined) uncaught.push(message.uncaught);
    });
  });
  afterEach(async () => {
    expect(uncaught).toEqual([]);
    await worker.terminate();
  });

  function connect(): { client: Client; port: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ port: port2 }, [port2]);
    port1.start();
    return { client: createORPCClient(new RPCLink({ port: port1 as never })), port: port1 };
  }

  async function seen(): Promise<Seen> {
    worker.postMessage({});
    for (;;) {
      const [message] = (await once(worker, 'message')) as [{ seen?: Seen }];
      if (message.seen !== undefined) return message.seen;
    }
  }

  it('bring answers, and errors with their code and data', async () => {
    const { client, port } = connect();
    expect(await client.echo({ text: 'täxt 🐚' })).toEqual({ text: 'täxt 🐚' });
    await expect(client.fail()).rejects.toMatchObject({
      code: 'FAILED',
      defined: true,
      message: 'It failed.',
      data: { code: 'disk_full', hint: 'Make space.' },
    });
    port.close();
  });

  it('refuse input that is not of the contract, and go on (A4)', async () => {
    const { client, port } = connect();
    const wrong = [
      { text: 7 },
      {},
      null,
      { text: 'x'.repeat(1_000_001) },
      JSON.parse('{"__proto__":{"text":"a"}}'),
    ];
    for (const input of wrong) {
      await expect(client.echo(input as { text: string })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    expect(await client.echo({ text: 'still here' })).toEqual({ text: 'still here' });
    expect((await seen()).calls).toBe(1);
    port.close();
  });

  it('drop messages that are no calls, and none of them reaches the process (A4)', async () => {
    const { client, port } = connect();
    const call = { i: '900', p: { u: '/echo', b: { json: { text: 'a' } } } };
    const odd = [
      undefined,
      null,
      1,
      {},
      [],
      call,
      new Uint8Array([123, 255, 0]),
      '',
      '{',
      'null',
      '{"i":{}}',
      '{"i":"1","t":99,"p":{}}',
      '{"i":"1","t":3,"p":{"e":"message","d":1}}',
      JSON.stringify({ ...call, p: { ...call.p, u: 'http://evil.test/echo' } }),
      JSON.stringify({ ...call, p: { ...call.p, h: { 'content-disposition': 'attachment; filename=x' } } }),
      JSON.stringify({ ...call, p: { ...call.p, h: { 'content-type': 'multipart/form-data' } } }),
      '{"i":"901","p":{"u":"/__proto__/toString"}}',
      '{"i":"902","p":{"u":"/constructor"}}',
      JSON.stringify({ ...call, i: 'x'.repeat(1000) }),
    ];
    for (const message of odd) port.postMessage(message);
    expect(await client.echo({ text: 'still here' })).toEqual({ text: 'still here' });
    expect((await seen()).calls).toBe(1);
    port.close();
  });

  it('stream; a page that stops, aborts or goes away ends what is streamed to it', async () => {
    const { client, port } = connect();
    const numbers: number[] = [];
    for await (const number of await client.count({ to: 3 })) numbers.push(number);
    expect(numbers).toEqual([1, 2, 3]);
    for await (const number of await client.count({ to: 1e9 })) if (number === 2) break;
    await expect.poll(async () => (await seen()).ended, soon).toBe(2);

    const abort = new AbortController();
    const call = client.wait(undefined, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(call).rejects.toThrow();
    await expect.poll(async () => (await seen()).aborted, soon).toBe(1);

    const stream = await client.count({ to: 1e9 });
    await stream.next();
    port.close();
    await expect.poll(async () => (await seen()).ended, soon).toBe(3);
  });

  it('end for the page when the core dies, rather than wait for ever', async () => {
    const { client, port } = connect();
    const closed = once(port, 'close');
    const stream = await client.count({ to: 1e9 });
    await stream.next();
    const waiting = client.wait();
    const failed = expect(waiting).rejects.toThrow();
    await worker.terminate();
    await closed;
    await failed;
    worker = new Worker(program);
  });
});
