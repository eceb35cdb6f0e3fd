import { Command } from 'commander';
import { addDatasetCommands } from './commands/datasets.ts';
import { addInstallCommands } from './commands/installs.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addMachineCommands } from './commands/machine.ts';
import { addServerCommands } from './commands/servers.ts';

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
  addDatasetCommands(program);
  addJobCommands(program);
  addServerCommands(program);
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
