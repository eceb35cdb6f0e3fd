import { describe, expect, it } from 'vitest';
import { contentPolicy, makeNonce, securityHeaders } from '../../../../electron/app/page/headers.ts';

describe('the page’s headers', () => {
  it('allow no inline script, no frame, no form and no other origin (A1, B9)', () => {
    const policy = new Map(
      contentPolicy('abc', null)
        .split('; ')
        .map((directive): [string, string] => {
          const [name = '', ...values] = directive.split(' ');
          return [name, values.join(' ')];
        }),
    );
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('style-src')).toBe("'self' 'nonce-abc'");
    expect(policy.get('connect-src')).toBe("'self'");
    for (const name of ['frame-src', 'object-src', 'base-uri', 'form-action', 'frame-ancestors']) {
      expect(policy.get(name)).toBe("'none'");
    }
    expect(policy.get('require-trusted-types-for')).toBe("'script'");
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|https?:/);
  });

  it('let the browser shell’s page connect to its own port and no other', () => {
    expect(contentPolicy(null, 'ws://127.0.0.1:7465')).toContain("connect-src 'self' ws://127.0.0.1:7465;");
  });

  it('turn every feature off that a page could ask for (A8)', () => {
    const features = securityHeaders(null, null)['Permissions-Policy']?.split(', ') ?? [];
    expect(features).toContain('camera=()');
    expect(features.every((feature) => /^[a-z-]+=\(\)$/.test(feature))).toBe(true);
  });

  it('take another nonce each time', () => {
    expect(new Set(Array.from({ length: 100 }, makeNonce)).size).toBe(100);
  });
});
