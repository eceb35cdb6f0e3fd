import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';
import { findKind, isPacked, kindBytes } from './dumps/kind.ts';

const htmlStart = /^\s*<(!doctype|html|head|body|script|meta|\?xml)/i;

// What pg_dump calls the files of its directory format.
const dumpMember = /^(toc\.dat|blobs(_\d+)?\.toc|(blob_)?\d+\.dat)(\.gz|\.lz4|\.zst)?$/;

// A tar tells itself by what stands from byte 257 on.
const leastBytes = 512;

/**
 * Looks at the first bytes of a file that is coming in. Throws `pull_mismatch` for a web page and `format_unknown`
 * for what this version cannot read, before the rest is pulled.
 */
export function requireReadable(name: string, first: Buffer): void {
  const text = first
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  if (htmlStart.test(text)) {
    throw new RockpoolError('pull_mismatch', `A web page came in place of ${name}.`, {
      hint: 'Something else answers there, such as a sign-in page. Open the source in a browser, sign in, try again.',
      detail: { file: name },
    });
  }
  if (isScript(name) || dumpMember.test(name)) return;
  if (!isTable(name)) {
    if (first.length >= leastBytes) findKind(first.subarray(0, kindBytes), name);
    return;
  }
  if (isPacked(first)) {
    throw new RockpoolError('format_unknown', `${name} cannot be installed: it is no CSV, but packed.`, {
      hint: 'Publish tables as plain CSV files, or all of them in one zip or tar.',
      detail: { file: name },
    });
  }
}

/** True for names of files that hold the rows of one table. */
export function isTable(name: string): boolean {
  return /\.csv$/i.test(name);
}

function isScript(name: string): boolean {
  const { kind } = readPublishedName(name);
  return kind !== 'table' && kind !== 'other' && kind !== 'raw';
}
