import { randomBytes } from 'node:crypto';

/** A number used once: 128 random bits, for the style elements that a page's component library makes. */
export function makeNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * The content security policy of every answer. `nonce` lets style elements of this load in, null none; `socket` is an
 * origin such as `ws://127.0.0.1:7465` that the page may connect to, null in a shell without one.
 */
export function contentPolicy(nonce: string | null, socket: string | null): string {
  const style = nonce === null ? '' : ` 'nonce-${nonce}'`;
  const connect = socket === null ? '' : ` ${socket}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${connect}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

const denied = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];

/** The headers that every answer to a page carries, errors too, in both shells that have one. */
export function securityHeaders(nonce: string | null, socket: string | null): Record<string, string> {
  return {
    'Content-Security-Policy': contentPolicy(nonce, socket),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
    'Permissions-Policy': denied.map((feature) => `${feature}=()`).join(', '),
  };
}
