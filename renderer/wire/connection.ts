import { createORPCClient, DynamicLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { Api } from '../../electron/contract/api.ts';
import { desktop } from './desktop.ts';
import { hold, onToken } from './share.ts';
import { keep, readAnother, readToken } from './token.ts';

/** `refused` stays: this tab has no right to speak, until a tab of the same origin gets a new link. */
export type WireState = 'connecting' | 'open' | 'lost' | 'refused';

type Link = SocketLink<Record<never, never>> | PortLink<Record<never, never>>;

const notProved = 4401;
const longestPauseMs = 5000;

let link: Link | null = null;
let state: WireState = 'connecting';
const waiting: { resolve(link: Link): void; reject(error: Error): void }[] = [];
let retries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<(state: WireState) => void>();

/** The app does not answer: what was asked for may have been done or not. */
export class LostError extends Error {}

/**
 * The app's procedures. A call made while there is no connection waits for the next try, and ends with `LostError` where
 * that fails: nothing that a person began is done minutes later.
 */
export const api: Api = createORPCClient(
  new DynamicLink(
    async () => link ?? new Promise<Link>((resolve, reject) => waiting.push({ resolve, reject })),
  ),
);

/** Whether there is a connection now. */
export function isConnected(): boolean {
  return link !== null;
}

/** Tells of every change of the connection. */
export function onWire(listener: (state: WireState) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Connects, and connects again whenever the connection is lost; the pauses grow to 5 s. */
export function connect(): void {
  clearTimeout(retry);
  tell('connecting');
  if (desktop === null) void connectSocket();
  else connectPort(desktop.connect);
}

async function connectSocket(): Promise<void> {
  const token = await readToken().catch(() => null);
  if (token === null) tell('refused');
  else proveWith(token);
}

function proveWith(token: string): void {
  const socket = new WebSocket(`ws://${location.host}/rpc`);
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ token }));
    // Whoever is answered is proved.
    socket.addEventListener('message', () => hold(token), { once: true });
    open(new SocketLink({ websocket: patient(socket) }));
  });
  socket.addEventListener('close', (event) => {
    hold(null);
    if (event.code === notProved) void tryAnother(token);
    else lose();
  });
}

// A link tells of what it does not wait for any more, after the end of its socket too, and nobody catches what that throws.
function patient(socket: WebSocket): WebSocket {
  return new Proxy(socket, {
    get: (target, key) => {
      if (key === 'readyState') return WebSocket.OPEN;
      if (key === 'send')
        return (data: string) => {
          if (target.readyState === WebSocket.OPEN) target.send(data);
        };
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

// As after a restart of the app: what proved this tab is worth nothing any more, and another tab may have a new link.
async function tryAnother(refused: string): Promise<void> {
  link = null;
  const token = await readAnother(refused);
  if (token === null) tell('refused');
  else proveWith(token);
}

// A tab that waits for the app, or has no right to speak, goes on with the link that another tab has got.
onToken((token) => {
  if (state !== 'refused' && state !== 'lost') return;
  keep(token);
  connect();
});

function connectPort(ask: () => void): void {
  const onMessage = (event: MessageEvent): void => {
    const [port] = event.ports;
    if (event.data !== 'rockpool-port' || event.source !== window || port === undefined) return;
    window.removeEventListener('message', onMessage);
    port.addEventListener('close', lose);
    port.start();
    open(new PortLink({ port }));
  };
  window.addEventListener('message', onMessage);
  ask();
}

function open(opened: Link): void {
  link = opened;
  retries = 0;
  for (const { resolve } of waiting.splice(0)) resolve(opened);
  tell('open');
}

function lose(): void {
  link = null;
  for (const { reject } of waiting.splice(0)) reject(new LostError());
  tell('lost');
  const pauseMs = Math.min(longestPauseMs, 250 * 2 ** retries);
  retries += 1;
  clearTimeout(retry);
  retry = setTimeout(connect, pauseMs);
}

function tell(next: WireState): void {
  state = next;
  for (const listener of listeners) listener(next);
}
