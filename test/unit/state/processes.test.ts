import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAlive, ownProcess, startTime } from '../../../electron/state/processes.ts';
import { onlyOnLinux } from '../../support/skip.ts';

describe('a process', () => {
  it('is known by its number and its start', () => {
    expect(ownProcess().pid).toBe(process.pid);
    expect(isAlive(ownProcess())).toBe(true);
    expect(isAlive({ pid: process.pid, startedAt: 'some other time' })).toBe(false);
  });

  it('is not alive when it has ended, or never was', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const id = { pid: child.pid ?? -1, startedAt: startTime(child.pid ?? -1) ?? '' };
    expect(isAlive(id)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(id)).toBe(false);
    expect(startTime(id.pid)).toBeNull();
    expect(startTime(2 ** 30)).toBeNull();
  });

  it('is not alive as a zombie (E9)', onlyOnLinux, async () => {
    // The shell starts a child, becomes a program that never waits for it, and so keeps its corpse.
    const shell = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [chunk] = await once(shell.stdout, 'data');
    const pid = Number(String(chunk).trim());
    const state = () => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0];
    while (state() !== 'Z') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(startTime(pid)).toBeNull();
    shell.kill('SIGKILL');
    await once(shell, 'exit');
  });

  it('is read rightly when its name holds brackets and spaces', onlyOnLinux, async () => {
    const code =
      "process.on('message', (name) => { process.title = name; process.send(name); }); process.send('up')";
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await once(child, 'message');
    const pid = child.pid ?? -1;
    const before = startTime(pid);
    expect(before).toMatch(/^[0-9a-f-]{36}:\d+$/);
    child.send(') R 1 (x) 2');
    await once(child, 'message');
    expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).toContain('() R 1 (x) 2)');
    expect(startTime(pid)).toBe(before);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});
