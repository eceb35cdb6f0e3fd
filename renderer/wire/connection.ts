import { createORPCClient, DynamicLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { Api } from '../../electron/contract/api.ts';
import { desktop } from './desktop.ts';
import { forgetToken, readToken } from './token.ts';

/** `refused` stays: this tab has no right to speak, and only a new link gives it one. */
export type WireState = 'connecting' | 'open' | 'lost' | 'refused';

type Link = SocketLink<Record<never, never>> | PortLink<Record<never, never>>;

const notProved = 4401;
const longestPauseMs = 5000;

let link: Link | null = null;
let waiting: ((link: Link) => void)[] = [];
let retries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<(state: WireState) => void>();

/** The app's procedures. A call made while there is no connection waits for the next one. */
export const api: Api = createORPCClient(
  new DynamicLink(async () => link ?? new Promise<Link>((resolve) => waiting.push(resolve))),
);

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
  if (token === null) return tell('refused');
  const socket = new WebSocket(`ws://${location.host}/rpc`);
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ token }));
    open(new SocketLink({ websocket: socket }));
  });
  socket.addEventListener('close', (event) => {
    if (event.code !== notProved) return lose();
    forgetToken();
    link = null;
    tell('refused');
  });
}

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
  for (const resolve of waiting.splice(0)) resolve(opened);
  tell('open');
}

function lose(): void {
  link = null;
  waiting = [];
  tell('lost');
  const pauseMs = Math.min(longestPauseMs, 250 * 2 ** retries);
  retries += 1;
  clearTimeout(retry);
  retry = setTimeout(connect, pauseMs);
}

function tell(state: WireState): void {
  for (const listener of listeners) listener(state);
}
