import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type {
  DownResult,
  PlannedInstall,
  ProjectPlan,
  UpInstall,
  UpResult,
} from '../../../contract/project.ts';
import { visible } from '../../../contract/visible.ts';
import { plural, printable } from '../output.ts';
import { runAction } from '../run.ts';
import { say } from '../terminal.ts';

interface Json {
  readonly json?: boolean;
}

/** up, down. */
export function addProjectCommands(program: Command): void {
  program
    .command('up [file]')
    .description('do what rockpool.yml says: install, update, dress, write env files')
    .option('--yes', 'agree to the file as it is, without being asked')
    .addHelpText(
      'after',
      '\nA file that nobody here has agreed to is shown before anything of it runs; one that changed is shown again.\n\nExamples:\n  rockpool up\n  rockpool up --yes          in CI',
    )
    .action((file: string | undefined, flags: Json & { yes?: boolean }) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          const plan = await app.planProject(file ?? null);
          const agreed = plan.trusted || (await agree(plan, flags.yes === true, watch.signal));
          return app.upProject(plan.file, agreed ? plan.hash : null, watch);
        },
        format: formatUp,
      }),
    );

  program
    .command('down [file]')
    .description('stop the servers that only this project uses')
    .option('--remove', 'remove what rockpool up installed, with all that was done to it')
    .action((file: string | undefined, flags: Json & { remove?: boolean }) =>
      runAction(flags.json === true, {
        act: (app, watch) => app.downProject(file ?? null, { remove: flags.remove === true }, watch),
        format: formatDown,
      }),
    );
}

async function agree(plan: ProjectPlan, yes: boolean, signal: AbortSignal): Promise<boolean> {
  say(formatPlan(plan));
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await terminal.question('Do all this? [y/N] ', { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function formatPlan({ file, installs }: ProjectPlan): string {
  return `${visible(file)} would do this:\n${installs.map(formatPlanned).join('\n')}`;
}

function formatPlanned({ name, dataset, server, state, sql, env, profiles }: PlannedInstall): string {
  const lines = [
    `${name}: ${state === 'missing' ? 'install' : 'update'} ${visible(dataset)} on ${visible(server)}`,
    ...sql.map(({ file, use, text }) => `  ${visible(file)} ${use}:\n${indent(text)}`),
    ...(profiles.length === 0 ? [] : [`  profiles: ${profiles.map(visible).join(', ')}`]),
    ...(env === null ? [] : [`  writes into ${visible(env.file)}:`]),
    ...(env?.variables ?? []).map(({ key, value }) => `    | ${visible(key)}=${visible(value)}`),
  ];
  return lines.join('\n');
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    | ${line}`)
    .join('\n');
}

function formatUp({ installs }: UpResult): string {
  return installs.map(formatInstall).join('\n');
}

function formatInstall({ name, action, install, statements, env, notes }: UpInstall): string {
  const dressed = statements === null ? '' : `, ${plural(statements.applied, 'statement')} applied`;
  const written =
    env === null ? [] : [`  ${env.keys.join(', ')} ${env.changed ? 'written to' : 'stand in'} ${env.file}`];
  return printable(
    [
      `${name}: ${action}, ${install.dataset} @ ${install.revision}${dressed}`,
      `  ${install.url}`,
      ...written,
      ...notes.map((note) => `  note: ${note}`),
    ].join('\n'),
  );
}

function formatDown({ servers, removed, notes }: DownResult): string {
  const lines = [
    ...removed.map((name) => `${name} is removed`),
    ...servers.map((name) => `${name} is stopped`),
    ...notes.map((note) => `note: ${note}`),
  ];
  return lines.length === 0 ? 'Nothing was running.' : printable(lines.join('\n'));
}
