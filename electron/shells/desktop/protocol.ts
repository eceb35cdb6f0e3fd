import { readPageFile } from '../../app/page/files.ts';
import { makeNonce, securityHeaders } from '../../app/page/headers.ts';
import { isPageUrl } from './address.ts';

/**
 * Answers requests for the page's files: GET of our own host only, files of `folder` only once links are followed, with
 * the security headers on every answer.
 */
export function makePageHandler(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET') return refuse(405);
    if (!isPageUrl(request.url)) return refuse(404);
    const nonce = makeNonce();
    const file = await readPageFile(folder, new URL(request.url).pathname, nonce);
    if (typeof file === 'number') return refuse(file);
    const headers = { ...securityHeaders(nonce, null), 'Content-Type': file.type };
    return new Response(file.body, { status: 200, headers });
  };
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: securityHeaders(null, null) });
}
