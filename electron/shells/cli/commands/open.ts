import type { Command } from 'commander';
import { runAction } from '../run.ts';
import { say } from '../terminal.ts';
import { readPort } from '../words.ts';

interface OpenFlags {
  readonly json?: boolean;
  readonly browser: boolean;
  readonly port?: number;
}

interface Opened {
  readonly url: string;
  readonly port: number;
  /** False where another process serves the page already. */
  readonly serving: boolean;
  /** Why no tab was opened, null where one was or none was wanted. */
  readonly note: string | null;
}

/** open: the page in a browser tab, served until Ctrl-C. */
export function addOpenCommand(program: Command): void {
  program
    .command('open')
    .description('the page in a browser tab, served on 127.0.0.1 until Ctrl-C')
    .option('--no-browser', 'only print the link')
    .option('--port <n>', 'serve on this port', readPort)
    .action(async (flags: OpenFlags) => {
      let serve: (signal: AbortSignal) => Promise<void> = async () => {};
      await runAction<Opened>(flags.json === true, {
        act: async (app, { signal }) => {
          const [{ findPage }, { openPage }, { openTab }] = await Promise.all([
            import('../../browser/page.ts'),
            import('../../browser/open.ts'),
            import('../../browser/tab.ts'),
          ]);
          const folder = await findPage(say);
          const page = await openPage(app, folder, flags.port ?? null, signal);
          serve = page.serve;
          const note = flags.browser ? await openTab(page.url) : null;
          return { url: page.url, port: page.port, serving: page.isOurs, note };
        },
        format: (opened) => textOf(opened, flags.browser),
        stay: (signal) => serve(signal),
      });
    });
}

function textOf({ url, port, serving, note }: Opened, wanted: boolean): string {
  const lines = [
    serving ? `Rockpool is open at ${url}` : `Rockpool is open already. Another tab of it: ${url}`,
  ];
  if (note !== null) lines.push(`No tab was opened: ${note}.`);
  if (note !== null || !wanted) {
    lines.push('The link works once and for 30 s; rockpool open --no-browser makes another.');
    lines.push(
      `From another machine: ssh -L ${port}:127.0.0.1:${port} HOST, then the link in a browser there.`,
    );
  }
  if (serving) lines.push('Ctrl-C ends it.');
  return lines.join('\n');
}
