import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { RockpoolError } from '../contract/errors.ts';

// Below the ephemeral ranges of Linux (32768 up) and of the others (49152 up), from which a browser's connection
// could take a remembered port, and between the ports of well-known servers.
const firstPort = 28_200;
const portCount = 700;

/** True where a server could listen on this port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Picks a free port that no known server has. Homes start at different places, so that the stopped server of one
 * does not lose its port to another.
 */
export async function pickPort(homeId: string, known: ReadonlySet<number>): Promise<number> {
  const start = Number.parseInt(homeId, 16) % portCount;
  for (let step = 0; step < portCount; step += 1) {
    const port = firstPort + ((start + step) % portCount);
    if (!known.has(port) && (await isPortFree(port))) return port;
  }
  throw new RockpoolError(
    'port_taken',
    `No port between ${firstPort} and ${firstPort + portCount - 1} is free.`,
    { hint: 'Choose one yourself with --port N.' },
  );
}

/** Who listens on a port, as far as this user may know: a phrase such as `node (process 4711)`. */
export function portHolder(port: number): { phrase: string; pid: number | null } | null {
  try {
    if (process.platform === 'linux') return holderOnLinux(port);
    if (process.platform === 'win32') return holderOnWindows(port);
    const text = run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
    const pid = /^p(\d+)$/m.exec(text)?.[1];
    return pid === undefined ? null : named(/^c(.+)$/m.exec(text)?.[1] ?? null, Number(pid));
  } catch {
    return null;
  }
}

/** The error `port_taken`, naming the holder where it can be known. */
export function portTaken(port: number, hint: string): RockpoolError {
  const holder = portHolder(port);
  return new RockpoolError(
    'port_taken',
    holder === null ? `Port ${port} is in use.` : `Port ${port} is in use by ${holder.phrase}.`,
    { hint, detail: { port, holder: holder?.phrase ?? null, pid: holder?.pid ?? null } },
  );
}

function named(name: string | null, pid: number): { phrase: string; pid: number } {
  return { phrase: name === null ? `process ${pid}` : `${name} (process ${pid})`, pid };
}

interface ListeningSocket {
  readonly inode: string;
  readonly uid: number;
}

// Fields of /proc/net/tcp (proc_net_tcp(5)): 1 local address, 3 state (0A = listening), 7 uid, 9 inode.
function listeningSocket(port: number): ListeningSocket | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(file)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && fields[1]?.endsWith(suffix) === true) {
        return { inode: String(fields[9]), uid: Number(fields[7]) };
      }
    }
  }
  return null;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n');
  } catch {
    return [];
  }
}

function holderOnLinux(port: number): { phrase: string; pid: number | null } | null {
  const socket = listeningSocket(port);
  if (socket === null) return null;
  const wanted = `socket:[${socket.inode}]`;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    if (!opens(pid, wanted)) continue;
    const name = readLines(`/proc/${pid}/comm`)[0]?.trim();
    return named(name || null, Number(pid));
  }
  // Descriptors of others cannot be read, but whose socket it is can.
  return { phrase: `a process of ${userName(socket.uid)}`, pid: null };
}

function opens(pid: string, wanted: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === wanted;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

function userName(uid: number): string {
  const entry = readLines('/etc/passwd').find((line) => line.split(':')[2] === String(uid));
  return entry === undefined ? `the user with uid ${uid}` : `the user ${entry.split(':')[0]}`;
}

function holderOnWindows(port: number): { phrase: string; pid: number | null } | null {
  const script = `$p = (Get-NetTCPConnection -LocalPort ${port} -State Listen)[0].OwningProcess; "$p $((Get-Process -Id $p).ProcessName)"`;
  const [, pid, name] = /^(\d+) (.*)$/m.exec(run('powershell', ['-NoProfile', '-Command', script])) ?? [];
  return pid === undefined ? null : named(name?.trim() || null, Number(pid));
}

function run(command: string, args: string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
