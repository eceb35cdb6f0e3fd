import type { Command } from 'commander';
import type { Server } from '../../../contract/server.ts';
import { formatBytes, formatTable } from '../output.ts';
import { runAction } from '../run.ts';
import { print } from '../terminal.ts';

interface Json {
  readonly json?: boolean;
}

/** server list|start|stop|logs. */
export function addServerCommands(program: Command): void {
  const server = program.command('server').description('the local PostgreSQL servers that installs live on');

  server
    .command('list')
    .description('all servers of ours, with what runs on them')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ servers: await app.listServers() }),
        format: ({ servers }) => (servers.length === 0 ? 'No server has been made yet.' : listOf(servers)),
      }),
    );

  server
    .command('start [name]')
    .description('start one server, or all of ours')
    .action((name: string | undefined, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => ({ servers: await app.startServers(name ?? null, watch.signal) }),
        format: ({ servers }) =>
          servers.map((each) => `${each.name} runs on 127.0.0.1:${each.port}`).join('\n'),
      }),
    );

  server
    .command('stop [name]')
    .description('stop one server, or all of ours, with the work in the background')
    .action((name: string | undefined, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => ({ servers: await app.stopServers(name ?? null, watch.signal) }),
        format: ({ servers }) => servers.map((each) => `${each.name} is stopped`).join('\n'),
      }),
    );

  server
    .command('logs <name>')
    .description("a server's own log")
    .option('--follow', 'stay and show what comes')
    .action((name: string, flags: Json & { follow?: boolean }) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          const lines: string[] = [];
          await app.serverLog(name, { follow: flags.follow === true, signal: watch.signal }, (line) => {
            if (flags.json === true) lines.push(line);
            else void print(line);
          });
          return { lines };
        },
        format: () => '',
      }),
    );
}

function listOf(servers: readonly Server[]): string {
  const rows = servers.map((each) => [
    each.name,
    `PostgreSQL ${each.version ?? '?'}${each.container === null ? '' : ` (${each.container.image})`}`,
    `127.0.0.1:${each.port}`,
    each.state,
    formatBytes(each.sizeBytes),
    each.container === null ? '' : formatBytes(each.container.memoryBytes),
    each.installs.join(', '),
  ]);
  const notes = servers.flatMap((each) => (each.note === null ? [] : [`${each.name}: ${each.note}`]));
  return [
    formatTable(['name', 'version', 'address', 'state', '>size', '>memory', 'installs'], rows),
    ...notes,
  ].join('\n');
}
