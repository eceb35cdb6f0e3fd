import type { Command } from 'commander';
import { workOnQueue } from '../../../app/background.ts';
import type { App } from '../../../app.ts';
import { runAction } from '../run.ts';

interface Json {
  readonly json?: boolean;
}

/** diagnostics, version, and the background worker's own word. */
export function addMachineCommands(program: Command): void {
  program
    .command('diagnostics [file]')
    .description('logs, versions and jobs in a zip, to send along with a report; no secrets, no rows')
    .action((file: string | undefined, flags: Json) =>
      runAction(flags.json === true, {
        act: (app) => app.writeDiagnostics(file ?? null),
        format: (written) => `${written.file}\nLook into it before you send it.`,
      }),
    );

  program
    .command('version')
    .description('versions of Rockpool, Node and PostgreSQL')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => app.versions(),
        format: ({ rockpool, node, postgres }) =>
          `rockpool ${rockpool}\nnode ${node}\npostgres ${postgres ?? 'none here'}`,
      }),
    );

  program
    .command('work', { hidden: true })
    .description('do the queued work, and what is scheduled while there is anything, and end')
    .action(() =>
      runAction(false, {
        act: (app, watch) => workAndWait(app, watch.signal),
        format: () => '',
        isWorker: true,
      }),
    );
}

async function workAndWait(app: App, signal: AbortSignal): Promise<void> {
  await app.work(signal);
  if (!app.needsScheduler()) return;
  const ended = new AbortController();
  // A scheduled reset leaves work of its own: the next spare.
  const working = workOnQueue(app, AbortSignal.any([signal, ended.signal]));
  await app.runSchedules({ signal });
  ended.abort();
  await working;
}
