import { redact } from '../state/redact.ts';

const telling = /passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|credential/i;

/**
 * Says what secret a value holds, null where none: a password in an address, a key of a known shape, or anything under
 * a telling key. What is filled in, `{{password}}` and `%(password)s`, is none.
 */
export function secretProblem(key: string, value: string): string | null {
  const own = value.replace(/\{\{[^{}]*\}\}|%\([^()%]*\)s/g, '');
  if (own.trim() === '') return null;
  const isText = /\s/.test(own.trim());
  if (telling.test(key) && !isText && /[a-z0-9]/i.test(own))
    return `${key} is given a value that looks like a secret`;
  // In SQL a column that is called password may be compared with whatever follows.
  return redact(isText ? own.replaceAll('=', ' ') : own).includes('[redacted]')
    ? 'a secret stands here'
    : null;
}
