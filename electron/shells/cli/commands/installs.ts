import { spawn } from 'node:child_process';
import { type Command, Option } from 'commander';
import type { Install, InstallDetails } from '../../../contract/install.ts';
import type { InstallReport } from '../../../contract/report.ts';
import { formatAgo, formatBytes, formatCount, formatTable, plural } from '../output.ts';
import { runAction } from '../run.ts';
import { readList, readMajor, readPort } from '../words.ts';

interface Json {
  readonly json?: boolean;
}

interface InstallFlags extends Json {
  readonly as?: string;
  readonly server?: 'embedded' | 'docker';
  readonly postgres?: number;
  readonly image?: string;
  readonly port?: number;
  readonly schema?: string;
  readonly tables?: string[];
  readonly database?: string;
  readonly after?: string;
  readonly createdb?: boolean;
  readonly allowPersonalData?: string;
  readonly fresh?: boolean;
}

/** demo, install, list, show, url, psql, remove. */
export function addInstallCommands(program: Command): void {
  program
    .command('demo')
    .description('install the shipped sample as `demo` on the embedded server and say how to connect')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: (app, watch) => app.installDemo(watch),
        format: ({ install, report }) => `${tableOf(report)}\n\n${summary(install)}\n\n${nextSteps(install)}`,
      }),
    );

  program
    .command('install <dataset>')
    .description('pull a dataset, restore it, and open it under a name')
    .usage('SOURCE/DATASET[@REVISION] | PATH-OR-URL  [options]')
    .option('--as <name>', 'the name of the install: of its database, its user and its word here')
    .addOption(
      new Option('--server <kind>', 'where to run it; without it the one that fits').choices([
        'embedded',
        'docker',
      ]),
    )
    .option('--postgres <major>', 'the major version of PostgreSQL', readMajor)
    .option('--image <name>', 'the image of the container, where it is not postgres:MAJOR')
    .option('--port <n>', 'a server of ours on this port, made if there is none', readPort)
    .option('--schema <file.sql>', 'the schema, where the dataset has none')
    .option('--tables <a,b>', 'only the rows of these tables and of those that they refer to', readList)
    .option('--database <name>', 'which database, of a dump that holds several')
    .option('--after <file.sql>', 'SQL to run on the clean copy before it is sealed')
    .option('--createdb', 'let the user make databases of its own')
    .option('--allow-personal-data <reason>', 'record why personal data may be in it')
    .option('--fresh', 'pull everything again, whatever the cache has')
    .addHelpText(
      'after',
      `
Examples:
  rockpool install ./exports/8f1c2d3e --as acme
  rockpool install staging/8f1c2d3e@latest --as acme
  rockpool install staging/8f1c2d3e --as acme17 --server docker --postgres 17
  rockpool install ./people.csv --schema ./schema.sql --as people --port 54100`,
    )
    .action((dataset: string, flags: InstallFlags) =>
      runAction(flags.json === true, {
        act: (app, watch) => app.install({ dataset, ...wishOf(flags) }, watch),
        format: ({ install, report }) => `${summary(install)}\n${remarks(report)}\n${nextSteps(install)}`,
      }),
    );

  program
    .command('list')
    .description('all installs')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ installs: await app.listInstalls() }),
        format: ({ installs }) => (installs.length === 0 ? nothingYet : listOf(installs)),
      }),
    );

  program
    .command('show <name>')
    .description('one install: how to connect, its tables, and what was left out')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: (app) => app.showInstall(name),
        format: (details) =>
          `${summary(details.install)}\n${condition(details)}\n\n${tableOf(details.report)}\n${remarks(details.report)}`,
      }),
    );

  program
    .command('url <name>')
    .description('the connection, alone on a line')
    .addOption(
      new Option('--format <format>', 'how to write it')
        .choices(['url', 'env', 'psql', 'jdbc', 'prisma', 'django', 'rails', 'compose'])
        .default('url'),
    )
    .action((name: string, flags: Json & { format: 'url' }) =>
      runAction(flags.json === true, {
        act: async (app) => ({ url: await app.urlOf(name, flags.format) }),
        format: ({ url }) => url,
      }),
    );

  program
    .command('psql <name>')
    .description('open psql on an install, where psql is on this machine')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: (app) => app.withPsql(name, runPsql),
        format: () => '',
      }),
    );

  program
    .command('remove <name>')
    .description('remove an install with its database, user and copies; its archive stays in the cache')
    .addOption(new Option('--keep', 'so that it can be undone for a while').conflicts('undo'))
    .option('--undo', 'bring back what was removed with --keep, or in the app')
    .action((name: string, flags: Json & { keep?: boolean; undo?: boolean }) =>
      flags.undo === true
        ? runAction(flags.json === true, {
            act: (app, watch) => app.unremoveInstall(name, watch),
            format: ({ install }) => `${install.name} is back.\n${nextSteps(install)}`,
          })
        : runAction(flags.json === true, {
            act: (app, watch) => app.removeInstall(name, watch, { keep: flags.keep === true }),
            format: ({ install, until }) =>
              `${install.name} is removed: ${plural(install.tables, 'table')}, ${plural(install.rows, 'row')}.${
                until === null ? '' : `\nUntil ${until} it can be had back: rockpool remove ${name} --undo`
              }`,
          }),
    );
}

function wishOf(flags: InstallFlags) {
  return {
    name: flags.as ?? null,
    server: flags.server ?? null,
    port: flags.port ?? null,
    postgres: flags.postgres ?? null,
    image: flags.image ?? null,
    schemaFile: flags.schema ?? null,
    afterFile: flags.after ?? null,
    tables: flags.tables ?? null,
    database: flags.database ?? null,
    createdb: flags.createdb === true,
    allowPersonalData: flags.allowPersonalData ?? null,
    fresh: flags.fresh === true,
  };
}

const nothingYet = 'Nothing is installed yet. Try: rockpool demo';

function listOf(installs: readonly Install[]): string {
  const rows = installs.map((install) => [
    install.name,
    install.dataset,
    install.revision,
    `${install.server}:${install.port}`,
    formatBytes(install.sizeBytes),
    formatCount(install.tables),
    formatCount(install.rows),
  ]);
  return formatTable(['name', 'dataset', 'revision', 'server', '>size', '>tables', '>rows'], rows);
}

function summary(install: Install): string {
  return `${install.name}: ${install.dataset} @ ${install.revision}, ${plural(install.tables, 'table')}, ${plural(install.rows, 'row')}, ${formatBytes(install.sizeBytes)} on ${install.server}\n${install.url}`;
}

function condition({ resetAt, spare, snapshots, impersonation, profile }: InstallDetails): string {
  const reset = resetAt === null ? 'never reset' : `reset ${formatAgo(resetAt)}`;
  const ready = spare.note ?? (spare.ready ? 'the next reset is ready' : 'the next reset has to copy first');
  const dressed = profile === null ? '' : `; dressed for ${profile}`;
  const state = `${reset}; ${ready}; ${plural(snapshots.length, 'snapshot')}${dressed}`;
  if (impersonation === null) return state;
  return `${state}\nimpersonated: ${impersonation.label} by ${impersonation.recipe}, ${formatAgo(impersonation.since)}`;
}

function nextSteps(install: Install): string {
  return [
    `psql '${install.url}'`,
    `rockpool reset ${install.name}     back to clean, same connection`,
    `rockpool show ${install.name}      tables, rows, what was left out`,
  ].join('\n');
}

function tableOf(report: InstallReport): string {
  const rows = report.tables.map((table) => [
    `${table.schema}.${table.name}`,
    table.rows === null ? 'partitioned' : formatCount(table.rows),
    formatBytes(table.bytes),
  ]);
  return formatTable(['table', '>rows', '>size'], rows);
}

function remarks(report: InstallReport): string {
  const lines = [
    ...report.orphans.map(
      (orphan) =>
        `${orphan.constraint} is not validated: ${plural(orphan.rows, 'row')} of it point at rows that are not in the dataset`,
    ),
    ...report.skipped.map((skipped) => `left out: ${skipped.what} ${skipped.name}: ${skipped.reason}`),
    ...report.warnings.map((warning) => `note: ${warning.message}`),
  ];
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

function runPsql(environment: Record<string, string>, args: readonly string[]): Promise<number | 'missing'> {
  return new Promise((resolve, reject) => {
    const child = spawn('psql', args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    child.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve('missing') : reject(error),
    );
    child.on('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve(code ?? 1);
    });
  });
}
