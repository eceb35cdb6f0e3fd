import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../../electron/state/log.ts';
import { rememberSecret } from '../../../electron/state/redact.ts';
import { makeCore } from '../../support/core.ts';

function entries(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the log', () => {
  it('is one JSON object a line, for this user only', () => {
    using home = makeCore();
    const { log } = home.core;
    log.write('info', 'two\nlines', { install: 'acme', rows: 3 });
    log.write('warn', 'second');
    expect(entries(log.file)).toMatchObject([
      { level: 'info', message: 'two\nlines', install: 'acme', rows: 3, pid: process.pid },
      { level: 'warn', message: 'second' },
    ]);
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
  });

  it('holds no secret, and each line stays JSON (F6)', () => {
    using home = makeCore();
    const { log } = home.core;
    const secret = 'quoted"and\\slashed';
    rememberSecret(secret);
    log.write('error', `password="${secret}" and token=hunter2"`, {
      url: 'postgres://ann:hunter2@127.0.0.1/acme',
      apiKey: 'hunter2',
      nested: { passwords: ['hunter2hunter2'], said: `Bearer ${'x'.repeat(20)}`, mail: 'jo@example.com' },
      plain: secret,
    });
    const text = readFileSync(log.file, 'utf8');
    for (const trace of ['hunter2@', 'hunter2"', 'slashed', 'xxxx', 'jo@']) expect(text).not.toContain(trace);
    expect(entries(log.file)).toHaveLength(1);
  });

  it('begins anew past 5 MiB and keeps the one before', () => {
    using home = makeCore();
    const { paths, log } = home.core;
    writeFileSync(log.file, 'x'.repeat(5 * 1024 * 1024 + 1));
    openLog(paths).write('info', 'first of the new one');
    expect(entries(log.file)).toHaveLength(1);
    expect(statSync(join(paths.logs, 'rockpool.1.log')).size).toBe(5 * 1024 * 1024 + 1);
  });

  it('does not grow without end under a process that stays', () => {
    using home = makeCore();
    const { paths, log } = home.core;
    const line = 'some words '.repeat(5000);
    for (let written = 0; written < 12 * 1024 * 1024; written += line.length) log.write('info', line);
    expect(statSync(log.file).size).toBeLessThan(6 * 1024 * 1024);
    expect(existsSync(join(paths.logs, 'rockpool.1.log'))).toBe(true);
  });

  it('that cannot be written fails nobody (D14)', () => {
    using home = makeCore();
    const { paths, log } = home.core;
    rmSync(paths.logs, { recursive: true });
    writeFileSync(paths.logs, '');
    chmodSync(paths.logs, 0o400);
    expect(() => log.write('info', 'nowhere to go')).not.toThrow();
  });
});
