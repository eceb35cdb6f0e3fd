import { askOthers, tellOthers } from './share.ts';

const key = 'rockpool-token';

/**
 * The token of this tab: from the one-time code in the address, which is taken out of it at once; from before a reload;
 * or from another tab of this origin that has it. Null where there is none, or the code was used already.
 */
export async function readToken(): Promise<string | null> {
  const fresh = await exchangeCode();
  if (fresh === null) return sessionStorage.getItem(key) ?? keep(await askOthers());
  tellOthers(fresh);
  return keep(fresh);
}

/** Another tab's token in the place of one that does not work; null where no tab has another. */
export async function readAnother(refused: string): Promise<string | null> {
  sessionStorage.removeItem(key);
  const token = await askOthers();
  return token === refused ? null : keep(token);
}

/** Keeps a token for a reload. */
export function keep(token: string | null): string | null {
  if (token !== null) sessionStorage.setItem(key, token);
  return token;
}

async function exchangeCode(): Promise<string | null> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
  if (code === undefined) return null;
  history.replaceState(null, '', location.pathname);
  const answer = await fetch('/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  return answer.ok ? ((await answer.json()) as { token: string }).token : null;
}
