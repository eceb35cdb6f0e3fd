import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';

/** The psql of this machine, null where there is none. */
export const psqlProgram: string | null =
  [
    '/usr/lib/postgresql/18/bin/psql',
    '/usr/lib/postgresql/17/bin/psql',
    '/usr/lib/postgresql/15/bin/psql',
    '/usr/bin/psql',
  ].find(existsSync) ?? null;

/**
 * What psql sends for a script: one text a statement. The other end speaks the protocol just so far that psql goes on,
 * so scripts need no tables; it asks for the rows of a COPY … FROM stdin and throws them away.
 */
export async function statementsOfPsql(program: string, script: Buffer): Promise<string[]> {
  const sent: string[] = [];
  const server = net.createServer((socket) => speak(socket, sent));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  try {
    const psql = spawn(
      program,
      ['-X', '-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'x', '-d', 'x', '-f', '-'],
      {
        stdio: ['pipe', 'ignore', 'pipe'],
        env: {
          PATH: '/usr/bin:/bin',
          PGSSLMODE: 'disable',
          PGGSSENCMODE: 'disable',
          PGCLIENTENCODING: 'UTF8',
        },
      },
    );
    let problems = '';
    psql.stderr.on('data', (chunk: Buffer) => {
      problems += chunk.toString();
    });
    psql.stdin.end(script);
    const code = await new Promise<number | null>((resolve) => psql.once('close', resolve));
    if (code !== 0) throw new Error(`psql ended with ${code}: ${problems}`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  return sent;
}

function speak(socket: net.Socket, sent: string[]): void {
  let buffer = Buffer.alloc(0);
  let started = false;
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const lengthAt = started ? 1 : 0;
      if (buffer.length < lengthAt + 4) return;
      const end = lengthAt + buffer.readInt32BE(lengthAt);
      if (buffer.length < end) return;
      const body = buffer.subarray(lengthAt + 4, end);
      const type = started ? String.fromCharCode(buffer[0] ?? 0) : 'start';
      buffer = buffer.subarray(end);
      started = true;
      socket.write(answer(type, body, sent));
    }
  });
}

function answer(type: string, body: Buffer, sent: string[]): Buffer {
  const ready = message('Z', Buffer.from('I'));
  const complete = message('C', Buffer.from('OK\0'));
  if (type === 'start') {
    const settings = [
      ['server_version', '18.0'],
      ['client_encoding', 'UTF8'],
      ['standard_conforming_strings', 'on'],
    ];
    return Buffer.concat([
      message('R', Buffer.from([0, 0, 0, 0])),
      ...settings.map((pair) => message('S', Buffer.from(`${pair.join('\0')}\0`))),
      ready,
    ]);
  }
  if (type === 'c' || type === 'f') return Buffer.concat([complete, ready]);
  if (type !== 'Q') return Buffer.alloc(0);
  const text = body.subarray(0, -1).toString();
  sent.push(text);
  if (/^\s*copy\b[^']*\bfrom\s+stdin\b/i.test(text)) return message('G', Buffer.from([0, 0, 0]));
  const strings = /^\s*set\s+standard_conforming_strings\s*=\s*(on|off)/i.exec(text)?.[1];
  const changed =
    strings === undefined ? [] : [message('S', Buffer.from(`standard_conforming_strings\0${strings}\0`))];
  return Buffer.concat([...changed, complete, ready]);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
