import type { Command } from 'commander';
import type { FoundUsers, Impersonation, NextStep } from '../../../contract/impersonation.ts';
import type { Install } from '../../../contract/install.ts';
import { formatAgo, formatTable, plural } from '../output.ts';
import { runAction } from '../run.ts';
import { readPair } from '../words.ts';

interface Json {
  readonly json?: boolean;
}

interface Flags extends Json {
  readonly recipe?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly stop?: boolean;
}

/** users, impersonate. */
export function addUserCommands(program: Command): void {
  program
    .command('users <name>')
    .description('sample users of an install that can be impersonated')
    .option('--search <text>', 'only those whose id, e-mail or names hold this text')
    .action((name: string, flags: Json & { search?: string }) =>
      runAction(flags.json === true, {
        act: (app, watch) => app.searchUsers(name, flags.search ?? '', watch.signal),
        format: (found) => formatUsers(name, found),
      }),
    );

  program
    .command('impersonate <name> [user]')
    .description('become a sample user, by id, e-mail or user name; --stop puts the user back')
    .option('--recipe <recipe>', 'how: password, email, session, token or one of the project')
    .option('--set <key=value>', 'a parameter of the recipe; may be given several times', readPair, {})
    .option('--stop', 'end the impersonation: the rows are again what they were')
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool impersonate acme 17\n  rockpool impersonate acme jo@example.com --recipe email --set my_email=me@example.com\n  rockpool impersonate acme --stop',
    )
    .action((name: string, user: string | undefined, flags: Flags, command: Command) => {
      if ((flags.stop === true) === (user !== undefined)) {
        command.error('error: say either whom to become or --stop');
      }
      if (user === undefined) {
        return runAction(flags.json === true, {
          act: (app, watch) => app.stopImpersonation(name, watch),
          format: ({ install, stopped, warnings }) =>
            [
              stopped === null
                ? `Nobody is impersonated in ${install.name}.`
                : `${stopped.label} of ${install.name} is what they were.`,
              ...warnings,
            ].join('\n'),
        });
      }
      return runAction(flags.json === true, {
        act: (app, watch) =>
          app.impersonate(name, { user, recipe: flags.recipe ?? null, set: flags.set }, watch),
        format: formatBecame,
      });
    });
}

function formatUsers(name: string, { table, users, more }: FoundUsers): string {
  if (users.length === 0) return `No user of ${table} fits.`;
  const titles = Object.keys(users[0]?.columns ?? {});
  const rows = users.map((user) => [
    user.id,
    ...titles.map((title) => String(user.columns[title] ?? '')),
    user.gone ? 'gone' : '',
  ]);
  const last = more
    ? `The first ${plural(users.length, 'user')} of ${table}. Narrow them down: rockpool users ${name} --search TEXT`
    : `${plural(users.length, 'user')} of ${table}.`;
  return `${formatTable(['id', ...titles, ''], rows)}\n${last}`;
}

function formatBecame(
  became: Impersonation & { install: Install; next: NextStep; warnings: readonly string[] },
): string {
  const { install, label, recipe, since, next, warnings } = became;
  const steps = [
    ['log in as', next.login],
    ['password', next.password],
    ['token', next.token],
    ['cookie', next.cookie],
    ['open', next.open],
  ] as const;
  return [
    `${label} of ${install.name}, by ${recipe}, ${formatAgo(since)}.`,
    ...steps.flatMap(([title, value]) => (value === null ? [] : [`  ${title.padEnd(9)}  ${value}`])),
    ...warnings,
    `Put back: rockpool impersonate ${install.name} --stop`,
  ].join('\n');
}
