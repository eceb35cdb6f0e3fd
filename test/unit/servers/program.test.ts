import { describe, expect, it } from 'vitest';
import { findBinaries, readVersion } from '../../../electron/servers/binaries.ts';
import { runProgram } from '../../../electron/servers/program.ts';

describe('a program that a server needs', () => {
  it('gets the allow-list as its whole environment (F4)', async () => {
    process.env.ROCKPOOL_TEST_SECRET = 'never';
    try {
      const result = await runProgram('/usr/bin/env', [], { account: null, timeoutMs: 60_000 });
      expect(result.exitCode).toBe(0);
      const names = result.output
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0]);
      expect(names.toSorted()).toEqual(['LC_ALL', 'PATH', 'TZ']);
    } finally {
      delete process.env.ROCKPOOL_TEST_SECRET;
    }
  });

  it('is killed at its own deadline', async () => {
    const result = await runProgram('/bin/sleep', ['600'], { account: null, timeoutMs: 50 });
    expect(result.exitCode).toBeNull();
  });

  it('is killed once the signal aborts', async () => {
    const cancelling = new AbortController();
    const running = runProgram('/bin/sleep', ['600'], {
      account: null,
      timeoutMs: 60_000,
      signal: cancelling.signal,
    });
    cancelling.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('that is not there is an answer and no exception', async () => {
    const result = await runProgram('/nowhere/postgres', [], { account: null, timeoutMs: 60_000 });
    expect(result).toMatchObject({ exitCode: null, output: expect.stringContaining('ENOENT') });
  });

  it('says its version, or that it does not run on this machine', async () => {
    const binaries = findBinaries();
    expect(await readVersion(binaries, null)).toMatchObject({
      major: 18,
      text: expect.stringMatching(/^18\.\d+/),
    });
    await expect(readVersion({ ...binaries, postgres: '/bin/false' }, null)).rejects.toMatchObject({
      code: 'server_unavailable',
    });
  });
});
