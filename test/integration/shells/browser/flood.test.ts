import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requestText, sendRaw } from '../../../support/page-server.ts';
import { startProgram } from '../../../support/program.ts';
import { full, onlyOnLinux } from '../../../support/skip.ts';

const mostMegabytes = 300;

describe('a process under a flood', onlyOnLinux, () => {
  it('stays under 300 MB and serves others (B11)', async () => {
    await using program = startProgram('site', []);
    const [, portText = '', token = ''] = (await program.line('site ')).split(' ');
    const port = Number(portText);
    const origin = { Origin: `http://127.0.0.1:${port}` };

    const strangers: net.Socket[] = [];
    for (let count = 0; count < (full ? 10_000 : 2000); count += 1) {
      const stranger = net.connect(port, '127.0.0.1').on('error', () => {});
      stranger.write(`POST /token HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(8000)}`);
      strangers.push(stranger);
      if (count % 200 === 0) await once(stranger, 'connect').catch(() => {});
    }
    const sockets = Array.from({ length: 200 }, () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: origin }).on('error', () => {});
      socket.on('open', () => socket.send('x'.repeat(1024 * 1024)));
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));

    const page = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: origin });
    await once(page, 'open');
    page.send(JSON.stringify({ token }));
    // A page that asks for much and reads nothing of it.
    page.pause();
    for (let id = 1; id <= 2000; id += 1) {
      page.send(JSON.stringify({ i: `${id}`, p: { u: '/echo', b: { json: { text: 'x'.repeat(50_000) } } } }));
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));

    expect((await sendRaw(port, requestText(port, 'GET /')))?.status).toBe(200);
    expect(peakMegabytes(program.pid)).toBeLessThan(mostMegabytes);
    for (const each of strangers) each.destroy();
    for (const each of [...sockets, page]) each.terminate();
    await program.kill('SIGTERM');
  });
});

function peakMegabytes(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) / 1024;
}
