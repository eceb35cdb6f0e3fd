import { describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { connectionError, mayPass, statusError } from '../../../electron/sources/failures.ts';

const url = 'https://agent.example.com:8443/file';

function fetchFailure(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('socket'), { code }) });
}

describe('what keeps a file store from being read', () => {
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate/, /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /certificate/, /authority/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate/, /authority/],
    ['EAI_AGAIN', /looked up/, /VPN/],
    ['UND_ERR_CONNECT_TIMEOUT', /does not answer/, /firewall/],
    ['EHOSTUNREACH', /no way/, /VPN/],
    ['ECONNRESET', /closes/, /port-forward/],
    ['ESOMETHING', /cannot be reached/, /port-forward/],
  ])('has a sentence and a hint for %s', (code, message, hint) => {
    expect(connectionError(fetchFailure(code), url)).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
      detail: { host: 'agent.example.com:8443', errno: code },
    });
  });

  it('passes errors of ours as they are', () => {
    const ours = new RockpoolError('source_changed', 'It changed.');
    expect(connectionError(ours, url)).toBe(ours);
  });

  it.each([
    [429, true],
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
  ])('of status %i may pass: %s (D10)', (status, passes) => {
    expect(mayPass(statusError(new Response(null, { status }), url))).toBe(passes);
  });

  it('does not pass by waiting where nothing listens', () => {
    expect(mayPass(connectionError(fetchFailure('ECONNREFUSED'), url))).toBe(false);
    expect(mayPass(connectionError(fetchFailure('UND_ERR_SOCKET'), url))).toBe(true);
  });
});
