import type { Command } from 'commander';
import { formatAgo, formatBytes, formatTable, plural } from '../output.ts';
import { runAction } from '../run.ts';

interface Json {
  readonly json?: boolean;
}

/** source add|list|check|remove, datasets. */
export function addDatasetCommands(program: Command): void {
  const source = program.command('source').description('places where datasets are published');

  source
    .command('add <name> <url>')
    .description("name a place: http(s)://host:port of an agent's file store, file:///folder, or a path")
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool source add staging http://127.0.0.1:3000\n  rockpool source add exports ./exports',
    )
    .action((name: string, url: string, flags: Json) =>
      runAction(flags.json === true, {
        act: (app) => app.addSource(name, url),
        format: (added) =>
          `${added.name}: ${added.kind} at ${added.url}\nrockpool source check ${added.name}`,
      }),
    );

  source
    .command('list')
    .description('all sources')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ sources: app.listSources() }),
        format: ({ sources }) =>
          sources.length === 0
            ? 'No sources yet. Add one: rockpool source add NAME URL'
            : formatTable(
                ['name', 'kind', 'url'],
                sources.map((each) => [each.name, each.kind, each.url]),
              ),
      }),
    );

  source
    .command('check <name>')
    .description('say whether a source can be reached and read')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          const check = await app.checkSource(name, watch.signal);
          if (!check.ok) process.exitCode = 1;
          return check;
        },
        format: (check) =>
          `${check.ok ? 'ok' : 'not ok'}: ${check.message}${check.hint === null ? '' : ` ${check.hint}`}`,
      }),
    );

  source
    .command('remove <name>')
    .description('forget a source; what was installed from it stays')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => app.removeSource(name),
        format: (removed) => `${removed.name} is forgotten.`,
      }),
    );

  program
    .command('datasets [source]')
    .description('what is published: datasets with revisions, dates, sizes and formats')
    .action((name: string | undefined, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => ({ datasets: await app.listDatasets(name ?? null, watch.signal) }),
        format: ({ datasets }) => {
          const rows = datasets.flatMap(({ source: from, dataset, revisions }) =>
            revisions.map((revision) => [
              `${from}/${dataset}`,
              revision.id,
              formatAgo(revision.publishedAt),
              formatBytes(revision.sizeBytes),
              plural(revision.files, 'file'),
              revision.format ?? '–',
            ]),
          );
          return rows.length === 0
            ? 'Nothing is published. Add a source: rockpool source add NAME URL'
            : formatTable(['dataset', 'revision', 'published', '>size', '>files', 'format'], rows);
        },
      }),
    );
}
