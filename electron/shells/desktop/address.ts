/** The scheme and host under which the page lives in its window: a standard, secure scheme of its own, never `file:`. */
export const scheme = 'app';
export const host = 'rockpool';
export const pageOrigin = `${scheme}://${host}`;

/** The channels between a page and the main process; the page sees none of them. */
export const channels = { connect: 'rockpool:connect', port: 'rockpool:port' } as const;

/** True for an address of our own page. */
export function isPageUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host: named, username, password } = new URL(url);
  return protocol === `${scheme}:` && named === host && username === '' && password === '';
}

// Where hints and the help menu point to.
const outsideHosts = new Set(['www.postgresql.org', 'docs.docker.com', 'docs.aws.amazon.com']);

/**
 * True for what may be handed to the person's browser: https to a host of the list, and http(s) to this machine, where
 * the app runs that a person has become somebody in.
 */
export function isOutsideUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  const isLoopback = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (isLoopback) return protocol === 'http:' || protocol === 'https:';
  return protocol === 'https:' && port === '' && outsideHosts.has(hostname);
}
