#!/usr/bin/env node
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// What Node compiles of our sources is kept for the next command, which then starts in a third of the time. In a
// folder of the person's own: whoever can write there runs code as them.
const home = process.env.ROCKPOOL_HOME || join(homedir(), '.cache', 'rockpool');
module.enableCompileCache(join(home, 'compiled'));

const { runCommandLine } = await import('./program.ts');
await runCommandLine(process.argv);
