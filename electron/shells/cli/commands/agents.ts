import type { Command } from 'commander';
import type { Agent } from '../../../contract/agent.ts';
import { formatAgo, formatTable, plural, printable } from '../output.ts';
import { runAction } from '../run.ts';
import { readSecret } from '../stdin.ts';
import { addRunCommand } from './run.ts';

interface Json {
  readonly json?: boolean;
}

interface AddFlags extends Json {
  readonly airflow?: string;
  readonly user?: string;
  readonly tokenStdin?: boolean;
  readonly passwordStdin?: boolean;
  readonly ca?: string;
}

/** agent add|list|check|remove|acknowledge, run. */
export function addAgentCommands(program: Command): void {
  const agent = program.command('agent').description('the agents that make datasets');

  agent
    .command('add <name> <url>')
    .description('name an agent by the URL of its API; its jobs join the history, its workflows can be run')
    .option('--airflow <url>', 'where its Airflow answers, which starts workflows')
    .option('--user <user>', 'who logs in, at the API and at Airflow')
    .option('--password-stdin', "read the user's password from standard input")
    .option('--token-stdin', 'read a bearer token from standard input')
    .option('--ca <file>', 'trust the certificate authorities in this PEM file, too')
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool agent add staging http://127.0.0.1:3010 --airflow http://127.0.0.1:8080\n  rockpool agent add acme https://agent.example.com/api --user ops --password-stdin < password.txt',
    )
    .action((name: string, url: string, flags: AddFlags) =>
      runAction(flags.json === true, {
        act: async (app) => {
          const { airflow, user, ca } = flags;
          const isSecret = flags.tokenStdin === true || flags.passwordStdin === true;
          const secret = isSecret ? await readSecret() : null;
          const agent = await app.addAgent({ name, url, airflow, user, ca, secret });
          return { agent };
        },
        format: ({ agent: added }) => `${added.name}: ${added.url}\nrockpool agent check ${added.name}`,
      }),
    );

  agent
    .command('list')
    .description('all agents as they were when they answered last, with their workflows')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ agents: await app.listAgents() }),
        format: ({ agents }) =>
          agents.length === 0
            ? 'No agents yet. Add one: rockpool agent add NAME URL'
            : agents.map(agentText).join('\n\n'),
      }),
    );

  agent
    .command('check <name>')
    .description('say whether an agent answers, and learn its workflows')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          const check = await app.checkAgent(name, watch.signal);
          if (!check.ok) process.exitCode = 1;
          return check;
        },
        format: (check) =>
          `${check.ok ? 'ok' : 'not ok'}: ${check.message}${check.hint === null ? '' : ` ${check.hint}`}`,
      }),
    );

  agent
    .command('remove <name>')
    .description('forget an agent and its password; its jobs stay in the history')
    .action((name: string, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ agent: await app.removeAgent(name) }),
        format: ({ agent: removed }) => `${removed.name} is forgotten.`,
      }),
    );

  agent
    .command('acknowledge <name> [id]')
    .description('mark a notification of an agent as seen, or all of them')
    .action((name: string, id: string | undefined, flags: Json) =>
      runAction(flags.json === true, {
        act: async (app, watch) => {
          await app.acknowledgeNotice(name, id ?? null, watch.signal);
          return { agent: name, notification: id ?? null };
        },
        format: () =>
          id === undefined ? 'All notifications are marked as seen.' : `${id} is marked as seen.`,
      }),
    );

  addRunCommand(program);
}

function agentText({ name, url, seen }: Agent): string {
  const open = seen.notices.filter(({ acknowledged }) => !acknowledged);
  const lines = [`${name}  ${url}`];
  if (seen.failure !== null) lines.push(`  does not answer: ${seen.failure.message}`);
  if (seen.answeredAt === null && seen.failure === null)
    lines.push(`  not asked yet: rockpool agent check ${name}`);
  for (const { name: called, namespace, version, heartbeatAt } of seen.agents) {
    const where = [called ?? 'agent', namespace, version].filter((part) => part !== null).join(', ');
    lines.push(`  ${where}: last heartbeat ${formatAgo(heartbeatAt)}`);
  }
  for (const { id, workflowName, exception } of open) {
    lines.push(`  ! ${workflowName ?? 'notification'}: ${exception?.split('\n')[0] ?? 'no text'} (${id})`);
  }
  if (open.length > 0)
    lines.push(`  ${plural(open.length, 'notification')}: rockpool agent acknowledge ${name}`);
  if (seen.workflows.length === 0) return printable(lines.join('\n'));
  const rows = seen.workflows.map((each) => [
    each.name ?? '–',
    each.id,
    each.schedule ?? '–',
    each.nextAt ?? '–',
    each.running === null ? (each.last?.state ?? '–') : 'running',
  ]);
  const table = formatTable(['workflow', 'id', 'schedule', 'next', 'last'], rows);
  return `${printable(lines.join('\n'))}\n${table}`;
}
