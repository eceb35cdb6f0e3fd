// Each pattern runs in linear time on any text (faults F7): a repetition is bounded, or a lookbehind lets it begin
// only where the one before it could not have passed.
const secretName =
  '(?:password|passwd|passphrase|pwd|secret|token|authorization|credential|(?:api|access|secret|private|fernet|webserver|account)[_-]?key(?:[_-]?id)?)';
const assigned = `${secretName}\\\\?["']?\\s{0,20}[:=]\\s{0,20}`;

const patterns: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    '[redacted]',
  ],
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{0,200}):[^\s/]{1,1000}@/gi, '$1:[redacted]@'],
  [/\b(set-cookie|cookie)(\s{0,20}:\s{0,20})[^\r\n]+/gi, '$1$2[redacted]'],
  [new RegExp(`(${assigned})"(?:[^"\\\\]|\\\\.){0,4000}"`, 'gi'), '$1"[redacted]"'],
  [new RegExp(`(${assigned})'[^']{0,4000}'`, 'gi'), "$1'[redacted]'"],
  [
    new RegExp(`(${assigned}\\\\?["']?)(?:(?:basic|bearer)\\s{1,20})?[^\\s"',;&)}\\\\]+`, 'gi'),
    '$1[redacted]',
  ],
  [/(--?(?:password|passwd|secret|token)\s{1,20})[^\s"']+/gi, '$1[redacted]'],
  [/(\bpassword\s{1,20})'[^']{0,4000}'/gi, "$1'[redacted]'"],
  [/\b((?:bearer|basic)\s{1,20})[A-Za-z0-9._~+/=-]{12,}/gi, '$1[redacted]'],
  [
    /([?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|sig|token|key)=)[^&\s"']+/gi,
    '$1[redacted]',
  ],
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, '[redacted]'],
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, '[redacted]'],
  [
    /(?<![A-Za-z0-9_-])(?:gh[oprsu]_|github_pat_|glpat-|npm_|xox[abprs]-|sk[-_])[A-Za-z0-9_-]{16,}/g,
    '[redacted]',
  ],
  [/\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2i?d?\$[^\s"',;]+|SCRAM-SHA-256\$[^\s"',;]+/g, '[redacted]'],
  [/(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g, '[e-mail]'],
];

const secretKey =
  /passw(?:or)?d|passphrase|secret|token$|authorization|credential|cookie|(?:api|access|private|fernet|webserver)[_-]?key/i;

const known = new Set<string>();

/** Remembers a secret of this run, so that it is redacted wherever it turns up. Short ones would hit innocent text. */
export function rememberSecret(secret: string): void {
  if (secret.length >= 8) known.add(secret);
}

/** Replaces passwords, tokens, keys, signatures and e-mail addresses in a text that is about to be kept or shown. */
export function redact(text: string): string {
  let result = text;
  for (const secret of known) if (result.includes(secret)) result = result.replaceAll(secret, '[redacted]');
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}

/** Redacts one value on its way into JSON, as the second argument of `JSON.stringify`; a telling key is enough. */
export function redactValue(key: string, value: unknown): unknown {
  const canHoldSecret = typeof value === 'string' || (typeof value === 'object' && value !== null);
  if (canHoldSecret && secretKey.test(key)) return '[redacted]';
  return typeof value === 'string' ? redact(value) : value;
}
