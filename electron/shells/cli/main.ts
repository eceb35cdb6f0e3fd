#!/usr/bin/env node
import { CommanderError } from 'commander';
import { makeProgram } from './program.ts';
import { printError } from './run.ts';

try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
  if (error.exitCode !== 0 && process.argv.includes('--json')) {
    const message = error.message.replace(/^error: /, '');
    await printError(
      true,
      { code: 'usage', message, hint: 'rockpool help COMMAND shows how.', detail: null },
      null,
    );
  }
}
