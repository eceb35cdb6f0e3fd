import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { onlyOnLinux } from '../support/skip.ts';
import { endStrays, findStrays } from '../support/strays.ts';

// Each in a process group of its own, as servers and browsers are.
const start = (script: string, options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) =>
  spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {},
    ...options,
  });

it(
  'finds and ends what was left at work in a folder, in groups of its own, and what deafly goes on',
  onlyOnLinux,
  async () => {
    using folder = makeFolder();
    using other = makeFolder();
    const left = {
      'names it on its command line': start(`echo begun; sleep 600 # ${folder.path}`),
      'works in it': start('echo begun; sleep 600', { cwd: folder.path }),
      'has it in its environment': start('echo begun; sleep 600', { env: { TMPDIR: `${folder.path}/x` } }),
      'descends from one, and hears no signal': start(
        `trap '' TERM; sh -c 'cd /; echo begun; sleep 600' # ${folder.path}`,
      ),
    };
    const stranger = start('echo begun; sleep 600', { cwd: other.path });
    try {
      for (const child of [...Object.values(left), stranger]) await once(child.stdout, 'data');
      const found = findStrays([folder.path]).map(({ pid }) => pid);
      for (const [what, { pid }] of Object.entries(left)) expect(found, what).toContain(pid);
      expect(found).not.toContain(stranger.pid);
      const ended = await endStrays([folder.path]);
      // With what the shells had started.
      expect(ended.length).toBeGreaterThanOrEqual(found.length);
      expect(findStrays([folder.path])).toEqual([]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      for (const { pid } of [...Object.values(left), stranger]) {
        try {
          if (pid !== undefined) process.kill(-pid, 'SIGKILL');
        } catch {
          // It has ended.
        }
      }
    }
  },
);
