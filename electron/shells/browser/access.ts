import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may speak with the app: one token for the life of the server, and codes that are changed for it. */
export interface Access {
  readonly token: string;
  /** A new code for one tab: it works once, within 30 s. */
  makeCode(): string;
  /** The token for a code, null for one that is unknown, used or too old. */
  exchange(code: string): string | null;
  /** Compares in constant time. */
  isToken(candidate: string): boolean;
}

/** How long a code in a URL's fragment works. */
export const codeLifeMs = 30_000;

// Somebody who asks for codes without end must not fill the memory.
const mostCodes = 64;

/** Makes a token of 256 random bits. `now` is the clock, in milliseconds. */
export function makeAccess(now: () => number = () => performance.now()): Access {
  const token = randomBytes(32).toString('base64url');
  const tokenHash = hash(token);
  const codes = new Map<string, number>();
  return {
    token,
    makeCode: () => {
      const code = randomBytes(32).toString('base64url');
      codes.set(hash(code).toString('hex'), now() + codeLifeMs);
      const oldest = codes.keys().next().value;
      if (codes.size > mostCodes && oldest !== undefined) codes.delete(oldest);
      return code;
    },
    exchange: (code) => {
      // Found by its hash: how long that takes tells nothing about the code.
      const key = hash(code).toString('hex');
      const endsAt = codes.get(key);
      codes.delete(key);
      return endsAt !== undefined && now() <= endsAt ? token : null;
    },
    isToken: (candidate) => timingSafeEqual(hash(candidate), tokenHash),
  };
}

// Of equal length, whatever somebody sends.
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
