const urlPassword = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi;
const namedSecret =
  /\b(password|passwd|pwd|secret|token|authorization|api[_-]?key|access[_-]?key[a-z_]*|pgpassword)(["']?\s*[:=]\s*["']?)(?:(?:basic|bearer)\s+)?[^\s"',;&)}]+/gi;
const signature = /([?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|sig|token|key)=)[^&\s"']+/gi;
const email = /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g;

const known = new Set<string>();

/** Remembers a secret of this run, so that it is redacted wherever it turns up. Short ones would hit innocent text. */
export function rememberSecret(secret: string): void {
  if (secret.length >= 8) known.add(secret);
}

/** Replaces passwords, tokens, signatures and e-mail addresses in a text that is about to be kept or shown. */
export function redact(text: string): string {
  let result = text;
  for (const secret of known) if (result.includes(secret)) result = result.replaceAll(secret, '[redacted]');
  return result
    .replace(urlPassword, '$1:[redacted]@')
    .replace(namedSecret, '$1$2[redacted]')
    .replace(signature, '$1[redacted]')
    .replace(email, '[e-mail]');
}
