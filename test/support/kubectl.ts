import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeFolder } from './folder.ts';

/** What the stand-in does: forwards to a local port, or says something and ends. */
export interface KubectlPlan {
  readonly to?: number;
  readonly says?: string;
  /** Ends after so many bytes have come back from the other side. */
  readonly diesAfterBytes?: number;
  readonly silent?: boolean;
}

/** A `kubectl` on PATH that really forwards connections to a server of a test, and notes how it was called. */
export interface Kubectl extends Disposable {
  plan: (plan: KubectlPlan) => void;
  /** Arguments of each call so far. */
  calls(): string[][];
  /** The processes of calls so far that still live. */
  alive(): number[];
  readonly path: string;
}

/** Puts the stand-in first on PATH until it is disposed of. */
export function makeKubectl(first: KubectlPlan): Kubectl {
  const folder = makeFolder();
  const before = process.env.PATH;
  const planFile = join(folder.path, 'plan.json');
  const callsFile = join(folder.path, 'calls.jsonl');
  const program = join(folder.path, 'kubectl');
  writeFileSync(program, `#!${process.execPath}\n${script}`);
  chmodSync(program, 0o755);
  const plan = (next: KubectlPlan): void => writeFileSync(planFile, JSON.stringify(next));
  plan(first);
  const read = (): { pid: number; args: string[] }[] =>
    existsSync(callsFile)
      ? readFileSync(callsFile, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  process.env.PATH = `${folder.path}${delimiter}${before}`;
  return {
    plan,
    path: folder.path,
    calls: () => read().map(({ args }) => args),
    alive: () =>
      read()
        .map(({ pid }) => pid)
        .filter(isAlive),
    [Symbol.dispose]: () => {
      process.env.PATH = before;
      for (const { pid } of read()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      folder[Symbol.dispose]();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}

const script = `
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const read = (name) => path.join(__dirname, name);
const plan = JSON.parse(fs.readFileSync(read('plan.json'), 'utf8'));
const call = { pid: process.pid, args: process.argv.slice(2), secret: process.env.PLANTED_SECRET ?? null };
fs.appendFileSync(read('calls.jsonl'), JSON.stringify(call) + '\\n');
if (plan.says !== undefined) {
  process.stderr.write(plan.says + '\\n');
  process.exit(1);
}
if (plan.silent) setInterval(() => {}, 1000);
else {
  let back = 0;
  const server = net.createServer((socket) => {
    const other = net.connect(plan.to, '127.0.0.1');
    socket.pipe(other);
    other.on('data', (chunk) => {
      back += chunk.length;
      if (plan.diesAfterBytes !== undefined && back > plan.diesAfterBytes) {
        process.stderr.write('error: lost connection to pod\\n');
        process.exit(1);
      }
      socket.write(chunk);
    });
    other.on('end', () => socket.end());
    for (const each of [socket, other]) each.on('error', () => { socket.destroy(); other.destroy(); });
  });
  server.listen(0, '127.0.0.1', () => {
    const at = process.argv.at(-1).slice(1);
    process.stdout.write('Forwarding from 127.0.0.1:' + server.address().port + ' -> ' + at + '\\n');
  });
}
`;
