import { type Random, randomString } from './random.ts';

// The rules by which personal data is taken out of a dataset, with the settings that are used here

/** `redact_email`: an address that tells nothing, unique by the number of the row. */
export function redactedEmail(rowNumber: number): string {
  return `redacted${rowNumber}@redactics.com`;
}

/** `replacement`: one text for all. */
export const REPLACED = 'redacted';

/** `destruction`: nothing is left. */
export const DESTROYED = null;

/** `random_string`: 25 characters in place of a secret. */
export function scrambled(random: Random): string {
  return randomString(random, 25);
}
