import { createInterface } from 'node:readline/promises';
import { onOneLine } from './output.ts';

/**
 * Who asks for the code that a device shows, on stderr so that stdout stays the result's; null where there is no
 * terminal. `before` clears the line that progress is drawn on.
 */
export function openMfaPrompt(
  before: () => void,
): ((serial: string, signal?: AbortSignal) => Promise<string>) | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (serial, signal) => {
    before();
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // The terminal is in raw mode meanwhile: Ctrl-C comes as a key.
    terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      const question = `Code of ${onOneLine(serial)}: `;
      return (await terminal.question(question, signal === undefined ? {} : { signal })).trim();
    } finally {
      terminal.close();
    }
  };
}
