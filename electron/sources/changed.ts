import { RockpoolError } from '../contract/errors.ts';

/** The error for files that are no longer what they were when they were listed. */
export function changed(where: string, how: string): RockpoolError {
  return new RockpoolError(
    'source_changed',
    `What is published changed while it was read: ${where} ${how}.`,
    {
      hint: 'A run is probably refilling it. Try again when it has ended.',
      detail: { where },
    },
  );
}
