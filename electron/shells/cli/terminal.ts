import { printable } from './output.ts';

/**
 * The only ways to the terminal, besides the line of progress. Texts of the outside come in by many doors (names,
 * remarks, errors, logs), so that they are made harmless here, where they go out.
 */
export function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Writes to stdout and waits until a slow reader has taken it; a reader that went away (`| head`) is fine. */
export async function print(text: string): Promise<void> {
  if (text === '') return;
  await new Promise<void>((resolve) => {
    process.stdout.once('error', () => resolve());
    // In JSON too: what becomes visible is written as JSON itself would write it.
    process.stdout.write(`${printable(text)}\n`, () => resolve());
  });
}
