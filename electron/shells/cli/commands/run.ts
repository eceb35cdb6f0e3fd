import type { Command } from 'commander';
import type { App } from '../../../app.ts';
import type { Run } from '../../../contract/agent.ts';
import { RockpoolError } from '../../../contract/errors.ts';
import type { UpdateResult } from '../../../contract/install.ts';
import { printable } from '../output.ts';
import { runAction, type Watch } from '../run.ts';
import { say } from '../terminal.ts';

interface Flags {
  readonly json?: boolean;
  readonly wait?: boolean;
  readonly update?: string;
  readonly conf?: string;
}

interface Ran {
  readonly run: Run;
  /** The last lines of its log, where it was waited for. */
  readonly log: string[];
  readonly update: UpdateResult | null;
  /** Installs that its dataset would bring news to. */
  readonly installs: string[];
}

const linesKept = 100;

/** run AGENT/WORKFLOW: starts a workflow, and follows it to its end where that is wanted. */
export function addRunCommand(program: Command): void {
  program
    .command('run <workflow>')
    .description('start a workflow of an agent, so that it publishes fresh data')
    .usage('AGENT/WORKFLOW [--wait] [--update NAME]')
    .option('--wait', 'stay until it has ended: exit code 0 where it succeeded, 1 where it failed')
    .option('--update <name>', 'wait, then update this install')
    .option('--conf <json>', 'what to give to the run, as a JSON object; no secrets')
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool run staging/nightly-crm --wait\n  rockpool run staging/8f1c2d3e-0000-4000-8000-000000000001 --update acme',
    )
    .action((words: string, flags: Flags) =>
      runAction<Ran>(flags.json === true, { act: (app, watch) => run(app, watch, words, flags), format }),
    );
}

async function run(app: App, watch: Watch, words: string, flags: Flags): Promise<Ran> {
  const { agent, workflow } = readWorkflow(words);
  const conf = readConf(flags.conf);
  // Asked for before anything is begun: a typing mistake is not told after an hour.
  if (flags.update !== undefined) await app.showInstall(flags.update);
  const begun = await app.startRun(agent, workflow, conf, watch.signal);
  const installs = app.installsOfWorkflow(begun.workflow);
  if (flags.wait !== true && flags.update === undefined)
    return { run: begun, log: [], update: null, installs };
  const log: string[] = [];
  say(`${begun.runId} is begun.`);
  const ended = await app.followRun(begun, {
    signal: watch.signal,
    onState: (state) => say(`${begun.workflowName ?? begun.workflow}: ${state}`),
    onLine: (task, line) => {
      log.push(`${task}: ${line}`);
      if (log.length > linesKept) log.shift();
      say(`${task}: ${line}`);
    },
  });
  const update = flags.update === undefined ? null : await app.updateInstall(flags.update, null, watch);
  return { run: ended, log, update, installs };
}

function format({ run, update, installs }: Ran): string {
  const name = run.workflowName ?? run.workflow;
  const isOver = run.state === 'success';
  const lines = [isOver ? `${name} has ended well.` : `${name} is begun as ${run.runId}.`];
  if (!isOver) lines.push('rockpool jobs --remote tells how it goes.');
  if (update !== null) {
    const { install, changed } = update;
    lines.push(
      changed ? `${install.name} is at ${install.revision} now.` : `${install.name} has the newest already.`,
    );
  } else if (isOver) lines.push(...installs.map((install) => `rockpool update ${install}`));
  return printable(lines.join('\n'));
}

function readWorkflow(words: string): { agent: string; workflow: string } {
  const slash = words.indexOf('/');
  const agent = words.slice(0, slash);
  const workflow = words.slice(slash + 1);
  if (slash > 0 && workflow !== '') return { agent, workflow };
  throw new RockpoolError('usage', 'That is no workflow of an agent.', {
    hint: 'Write AGENT/WORKFLOW, such as rockpool run staging/nightly-crm. rockpool agent list shows them.',
  });
}

function readConf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const conf: unknown = JSON.parse(text);
    if (typeof conf === 'object' && conf !== null && !Array.isArray(conf)) return { ...conf };
  } catch {
    // Told below.
  }
  throw new RockpoolError('usage', '--conf is no JSON object.', {
    hint: `For example: --conf '{"full": true}'`,
  });
}
