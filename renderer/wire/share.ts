/**
 * How tabs of one origin share what proves them: a new tab asks, and one that is connected answers; a tab with a new
 * link tells the others. A browser carries such messages within one origin, host and port, and keeps nothing of them.
 */
type Message = { readonly ask: true } | { readonly token: string };

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('rockpool-access') : null;
const answerWithinMs = 500;

let held: string | null = null;
let waiting: ((token: string) => void)[] = [];
let onTold: (token: string) => void = () => {};

channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if ('ask' in data) {
    if (held !== null) tellOthers(held);
    return;
  }
  for (const resolve of waiting.splice(0)) resolve(data.token);
  onTold(data.token);
});

/** Says which token this tab is connected with, so that it can answer; null while it is not connected. */
export function hold(token: string | null): void {
  held = token;
}

/** Asks the other tabs; null where none answers. */
export async function askOthers(): Promise<string | null> {
  if (channel === null) return null;
  const answer = new Promise<string>((resolve) => waiting.push(resolve));
  channel.postMessage({ ask: true } satisfies Message);
  const none = new Promise<null>((resolve) => setTimeout(resolve, answerWithinMs, null));
  return Promise.race([answer, none]).finally(() => {
    waiting = [];
  });
}

export function tellOthers(token: string): void {
  channel?.postMessage({ token } satisfies Message);
}

/** Calls back with each token that another tab tells of. */
export function onToken(listener: (token: string) => void): void {
  onTold = listener;
}
