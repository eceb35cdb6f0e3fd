import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the page as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/** What stands in index.html where each load's own nonce goes. */
const noncePlaceholder = '__CSP_NONCE__';

/**
 * Reads a file of the page by the path of a URL: 400 for a path that is no plain one, 404 for what is not there, is of no
 * known type, or lies outside of `root` once links are followed. In index.html the placeholder becomes `nonce`.
 */
export async function readPageFile(
  root: string,
  urlPath: string,
  nonce: string,
): Promise<PageFile | 400 | 404> {
  const path = plainPath(urlPath);
  if (path === null) return 400;
  const name = path === '/' ? '/index.html' : path;
  const type = types[extname(name)];
  if (type === undefined) return 404;
  try {
    const folder = await realpath(root);
    const file = await realpath(join(folder, name));
    if (!file.startsWith(folder + sep)) return 404;
    const body = await readFile(file);
    if (name !== '/index.html') return { type, body };
    return { type, body: Buffer.from(body.toString('utf8').replaceAll(noncePlaceholder, nonce)) };
  } catch {
    return 404;
  }
}

function plainPath(urlPath: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  // What is still encoded now was encoded twice: nothing of ours is.
  const isPlain = /^\/[A-Za-z0-9._@/-]*$/.test(path) && !path.split('/').some((part) => /^\.+$/.test(part));
  return isPlain && !path.includes('//') ? path : null;
}
