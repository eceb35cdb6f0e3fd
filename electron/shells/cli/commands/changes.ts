import { type Command, Option } from 'commander';
import type { Edited, UpdateResult } from '../../../contract/install.ts';
import { formatAgo, formatBytes, formatDuration, formatTable, plural } from '../output.ts';
import { runAction } from '../run.ts';
import { say } from '../terminal.ts';
import { readList, readMajor, readPort } from '../words.ts';

interface Json {
  readonly json?: boolean;
}

interface UpdateFlags {
  readonly to?: string;
  readonly plain?: boolean;
  readonly fresh?: boolean;
  readonly gone?: string[];
}

interface MoveFlags {
  readonly server: 'embedded' | 'docker';
  readonly port?: number;
  readonly postgres?: number;
  readonly image?: string;
}

const whereOf = ({ port, postgres, image }: MoveFlags) => ({ port, postgres, image });

/** update, move, snapshot save|list|restore|delete. */
export function addChangeCommands(program: Command): void {
  program
    .command('update <name>')
    .description('bring an install to the newest revision; only tables whose rows changed are loaded')
    .option('--to <revision>', 'this revision instead of the newest')
    .option('--plain', 'leave the demo statements out this once')
    .option('--fresh', 'pull everything again and compare it, whatever the cache has and the source tells')
    .option(
      '--gone <a,b>',
      'tables that are meant to be gone from what is published; `all` for all',
      readList,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool update acme\n  rockpool update acme --to 41\n  rockpool update acme --gone public.old_notes',
    )
    .action((name: string, flags: Json & UpdateFlags) =>
      runAction(flags.json === true, {
        act: (app, watch) =>
          app.updateInstall(name, flags.to ?? null, watch, {
            plain: flags.plain === true,
            fresh: flags.fresh === true,
            gone: flags.gone ?? [],
          }),
        format: formatUpdate,
      }),
    );

  program
    .command('move <name>')
    .description('bring an install to another server; host and port change, user and password stay')
    .addOption(new Option('--server <kind>', 'where to').choices(['embedded', 'docker']).default('embedded'))
    .option('--postgres <major>', 'the major version of PostgreSQL', readMajor)
    .option('--image <name>', 'the image of the container, where it is not postgres:MAJOR')
    .option('--port <n>', 'a server of ours on this port, made if there is none', readPort)
    .action((name: string, flags: Json & MoveFlags) =>
      runAction(flags.json === true, {
        act: (app, watch) => app.moveInstall(name, { kind: flags.server, ...whereOf(flags) }, watch),
        format: ({ changed, install, edited }) =>
          changed
            ? `${install.name} is on ${install.server} now.${lost(edited)}\n${install.url}`
            : `${install.name} is there already.\n${install.url}`,
      }),
    );

  const snapshot = program.command('snapshot').description('named copies of a live that can be gone back to');

  snapshot
    .command('save <name> <label>')
    .description('keep the live as it is; it is closed to everybody while it is copied')
    .action((name: string, label: string, flags: Json) =>
      runAction(flags.json === true, {
        act: (app, watch) => {
          say(`${name} is closed while it is copied.`);
          return app.saveSnapshot(name, label, watch);
        },
        format: ({ snapshot: saved, ms }) =>
          `${saved.label} is saved: ${formatBytes(saved.sizeBytes)}, ${name} was closed for ${formatDuration(ms.closed)}.`,
      }),
    );

  snapshot
    .command('list <name>')
    .description('the snapshots of an install')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ snapshots: app.listSnapshots(name) }),
        format: ({ snapshots }) => {
          if (snapshots.length === 0)
            return `${name} has no snapshots. Save one: rockpool snapshot save ${name} LABEL`;
          const rows = snapshots.map((each) => [
            each.label,
            each.revision,
            formatBytes(each.sizeBytes),
            formatAgo(each.createdAt),
            each.expiresAt === null ? '' : `until ${each.expiresAt}`,
          ]);
          return formatTable(['label', 'revision', '>size', 'saved', 'kept'], rows);
        },
      }),
    );

  snapshot
    .command('restore <name> <label>')
    .description('put a copy of a snapshot in the place of the live, which is kept for a while')
    .action((name: string, label: string, flags: Json) =>
      runAction(flags.json === true, {
        act: (app, watch) => app.restoreSnapshot(name, label, watch),
        format: ({ install, ms, ended }) =>
          `${install.name} is ${label} again: unreachable for ${formatDuration(ms.switch)}, ${plural(ended, 'session')} ended.\n${install.url}`,
      }),
    );

  snapshot
    .command('delete <name> <label>')
    .description('delete a snapshot')
    .option('--keep', 'so that it can be had back for a while')
    .action((name: string, label: string, flags: Json & { keep?: boolean }) =>
      runAction(flags.json === true, {
        act: async (app, watch) => ({
          snapshot: await app.deleteSnapshot(name, label, watch, { keep: flags.keep === true }),
        }),
        format: ({ snapshot: gone }) =>
          gone.until === null
            ? `${gone.label} is deleted: ${formatBytes(gone.sizeBytes)}.`
            : `${gone.label} is deleted. Until ${gone.until} it can be had back: rockpool snapshot undelete ${name} ${JSON.stringify(gone.label)}`,
      }),
    );

  snapshot
    .command('undelete <name> <label>')
    .description('bring a snapshot back that was deleted with --keep')
    .action((name: string, label: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => ({ snapshot: await app.undeleteSnapshot(name, label, watch) }),
        format: ({ snapshot: back }) => `${back.label} is back as it was.`,
      }),
    );
}

function formatUpdate({ changed, known, install, report, former }: UpdateResult): string {
  if (!changed)
    return `${install.name} is up to date: ${install.dataset} @ ${install.revision}. ${known.message}`;
  const what =
    report.kept.length === 0
      ? 'all tables were restored'
      : `${plural(report.reloaded.length, 'table')} reloaded (${report.reloaded.join(', ')}), ${report.kept.length} kept`;
  const kept =
    former === null
      ? ''
      : `\nThe former data stays until ${former.expiresAt} as the snapshot "${former.label}".`;
  return `${install.name}: ${install.dataset} @ ${install.revision}, ${what}.${lost(former?.edited ?? [])}${kept}\n${install.url}`;
}

function lost(edited: readonly Edited[]): string {
  if (edited.length === 0) return '';
  const rows = edited.reduce((sum, table) => sum + table.rows, 0);
  return ` What had been changed, about ${plural(rows, 'row')} in ${plural(edited.length, 'table')}, is not in it.`;
}
