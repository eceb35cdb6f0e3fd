import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';

const secretName = 'impersonation/key';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts a value for state.db under a key of this home (AES-256-GCM). `place` is bound to it: what is sealed for one
 * place does not open in another.
 */
export async function seal(core: Core, place: string, value: unknown): Promise<Uint8Array> {
  const key = keyOf(await core.secrets.ensure(secretName));
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts and parses what `seal` made. Throws `file_unreadable` where the key is another one. */
export function unseal<Schema extends z.ZodType>(
  core: Core,
  place: string,
  sealed: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  const secret = core.secrets.get(secretName);
  try {
    if (secret === null) throw new RangeError('no key');
    const bytes = Buffer.from(sealed);
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), nonce).setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const body = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    // What was thrown may quote values.
    throw new RockpoolError('file_unreadable', `What was kept for ${place} cannot be read any more.`, {
      hint: 'The key in the folder secrets is another one than it was. A reset brings all of the data back.',
      detail: { place },
    });
  }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'rockpool impersonation', 32));
}
