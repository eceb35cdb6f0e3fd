import { Command, CommanderError } from 'commander';
import { addAgentCommands } from './commands/agents.ts';
import { addBrowseCommands } from './commands/browse.ts';
import { addCacheCommands } from './commands/cache.ts';
import { addChangeCommands } from './commands/changes.ts';
import { addDatasetCommands } from './commands/datasets.ts';
import { addDemoCommands } from './commands/demo.ts';
import { addInstallCommands } from './commands/installs.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addMachineCommands } from './commands/machine.ts';
import { addOpenCommand } from './commands/open.ts';
import { addProfileCommands } from './commands/profiles.ts';
import { addProjectCommands } from './commands/project.ts';
import { addScheduleCommands } from './commands/schedule.ts';
import { addServerCommands } from './commands/servers.ts';
import { addUserCommands } from './commands/users.ts';
import { printError } from './run.ts';

/** The whole command line, ready to parse. Usage errors are thrown as CommanderError. */
export function makeProgram(): Command {
  const program = new Command('rockpool')
    .description('Safe production datasets on your own machine: pull, restore, reset in a blink.')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(rockpool help COMMAND shows how)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  rockpool demo                                 the shipped sample, running, in one step
  rockpool install ./exports/8f1c --as acme     a dataset from a folder
  rockpool source add staging http://127.0.0.1:3000
  rockpool install staging/8f1c --as acme       a dataset from an agent's file store
  rockpool reset acme                           back to clean, same connection
  rockpool url acme --format env                DATABASE_URL=… for a .env file`,
    );
  addInstallCommands(program);
  addDemoCommands(program);
  addProfileCommands(program);
  addScheduleCommands(program);
  addProjectCommands(program);
  addChangeCommands(program);
  addDatasetCommands(program);
  addBrowseCommands(program);
  addCacheCommands(program);
  addJobCommands(program);
  addAgentCommands(program);
  addServerCommands(program);
  addUserCommands(program);
  addOpenCommand(program);
  addMachineCommands(program);
  addJson(program);
  return program;
}

function addJson(command: Command): void {
  for (const child of command.commands) {
    if (child.commands.length === 0 && child.name() !== 'work') {
      child.option('--json', 'print one JSON document on stdout, errors too');
    }
    addJson(child);
  }
}

/** Runs the command that the words name, and sets the exit code: 2 where they name none. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    if (error.exitCode === 0 || !argv.includes('--json')) return;
    const message = error.message.replace(/^error: /, '');
    const hint = 'rockpool help COMMAND shows how.';
    await printError(true, { code: 'usage', message, hint, detail: null }, null);
  }
}
