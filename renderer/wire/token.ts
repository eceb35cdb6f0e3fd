const key = 'rockpool-token';

/**
 * The token of this tab: from the one-time code in the address, which is taken out of it at once, or from before a
 * reload. Null where there is none, or the code was used already.
 */
export async function readToken(): Promise<string | null> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
  if (code === undefined) return sessionStorage.getItem(key);
  history.replaceState(null, '', location.pathname);
  const answer = await fetch('/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const { token } = answer.ok ? ((await answer.json()) as { token: string }) : { token: null };
  if (token !== null) sessionStorage.setItem(key, token);
  return token ?? sessionStorage.getItem(key);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
}
