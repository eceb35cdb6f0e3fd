import { type Command, Option } from 'commander';
import { formatAgo, formatBytes, formatTable, plural } from '../output.ts';
import { runAction } from '../run.ts';

interface Json {
  readonly json?: boolean;
}

interface AddFlags extends Json {
  readonly region?: string;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly pathStyle?: boolean;
  readonly anonymous?: boolean;
  readonly ca?: string;
  readonly checksums?: 'when-required';
}

/** source add|list|check|remove, datasets. */
export function addDatasetCommands(program: Command): void {
  const source = program.command('source').description('places where datasets are published');

  source
    .command('add <name> <url>')
    .description(
      "name a place: s3://bucket/prefix, http(s)://host:port of an agent's file store, k8s://context/namespace/service, file:///folder, or a path",
    )
    .option('--region <region>', 'the region of the bucket, where the AWS configuration names another')
    .option('--endpoint <url>', 'where a store other than AWS answers')
    .option('--profile <profile>', 'a profile of the AWS configuration, in place of its default chain')
    .option('--path-style', 'put the bucket into the path, not into the name of the host')
    .option('--anonymous', 'send no credentials: the bucket is public')
    .option('--ca <file>', 'trust the certificate authorities in this PEM file, too')
    .addOption(
      new Option('--checksums <when>', 'for stores that know no checksums').choices(['when-required']),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool source add staging http://127.0.0.1:3000\n  rockpool source add exports ./exports\n  rockpool source add acme s3://acme-datasets/exports --profile acme\n  rockpool source add minio s3://datasets --endpoint https://minio.example.com:9000 --path-style',
    )
    .action((name: string, url: string, flags: AddFlags) =>
      runAction(flags.json === true, {
        act: (app) => {
          const { json, ...options } = flags;
          return app.addSource(name, url, options);
        },
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
            ? nothingListed(name)
            : formatTable(['dataset', 'revision', 'published', '>size', '>files', 'format'], rows);
        },
      }),
    );
}

// An agent's file store has no list of its workflows: it can only be asked for one by its id.
function nothingListed(source: string | undefined): string {
  return source === undefined
    ? 'Nothing is listed. Add a source: rockpool source add NAME URL'
    : `${source} lists nothing. A file store cannot list its datasets: name one by the id of its workflow, rockpool install ${source}/WORKFLOW`;
}
