import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../../../electron/contract/job.ts';
import { formatError } from '../../../../electron/shells/cli/exit.ts';
import { formatTable, onOneLine } from '../../../../electron/shells/cli/output.ts';
import { openProgress } from '../../../../electron/shells/cli/progress.ts';
import { print, say } from '../../../../electron/shells/cli/terminal.ts';
import { readFiles } from '../../../support/files.ts';

// The title of the window, the clipboard, the screen and where the cursor is; as C1 bytes too, and text turned around.
const hostile = 'p\u001b]0;title\u0007\u001b]52;c;cm0gLXJmIH4K\u0007\u001b[2J\u009b1;1H\u0085\u202e$ \r';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

afterEach(() => void vi.restoreAllMocks());

function written(stream: NodeJS.WriteStream): string[] {
  const texts: string[] = [];
  vi.spyOn(stream, 'write').mockImplementation(((text: string, done?: () => void) => {
    texts.push(text);
    done?.();
    return true;
  }) as typeof stream.write);
  return texts;
}

describe('what the command line writes', () => {
  it('is nothing that a terminal would obey, on either stream and in JSON', async () => {
    const out = written(process.stdout);
    const err = written(process.stderr);
    say(`left out: publication ${hostile}: nobody publishes here`);
    await print(hostile);
    const json = JSON.stringify({ remark: hostile }, null, 2);
    await print(json);
    vi.restoreAllMocks();
    expect([...out, ...err].join('')).not.toMatch(obeyed);
    expect(out).toHaveLength(2);
    expect(JSON.parse(out[1] ?? '')).toEqual({ remark: hostile });
  });

  it('has one line a row and a step, whatever they are called', () => {
    expect(formatTable(['name'], [['a\nb\tc']]).split('\n')).toHaveLength(2);
    expect(onOneLine('a\nerror: b')).toBe('a\\nerror: b');
    const texts: string[] = [];
    const step = {
      key: 'k',
      title: `t${hostile}\nx`,
      description: hostile,
      state: 'running',
      rows: 0,
      bytes: 0,
    };
    for (const isTTY of [true, false]) {
      const display = openProgress({ isTTY, columns: 500, write: (text) => texts.push(text) });
      display.show({ steps: [step], progress: 0.5, etaMs: null } as unknown as Job);
    }
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text.trimEnd()).not.toMatch(/[\n\p{Cc}]/u);
  });

  it('shows errors in the same way', () => {
    const error = { code: 'internal', message: hostile, hint: hostile, detail: { name: hostile } } as const;
    expect(formatError(error, hostile)).not.toMatch(obeyed);
  });

  it('goes out through one file', () => {
    const writers = readFiles(['electron/shells/cli', 'electron/app', 'electron/jobs'], ['.ts'])
      .filter(({ text }) =>
        /process\.(?:stdout|stderr)\.write|console\.(?:log|error|warn|info)\(|screen\.write/.test(text),
      )
      .map(({ path }) => path);
    expect(writers).toEqual(['electron/shells/cli/progress.ts', 'electron/shells/cli/terminal.ts']);
  });
});
