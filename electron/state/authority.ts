import { readFileSync } from 'node:fs';
import { RockpoolError } from '../contract/errors.ts';
import { fileError } from './files.ts';

/** The certificates of a PEM file. Throws `file_unreadable`, or `usage` where it holds none. */
export function readAuthority(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(error, path, 'read');
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new RockpoolError('usage', `${path} holds no certificate.`, {
    hint: 'It is to be a PEM file: lines between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----.',
    detail: { path },
  });
}

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** Whether the code of a failed connection says that the other side's certificate is not trusted here. */
export function isUntrusted(code: string): boolean {
  return untrusted.test(code);
}
