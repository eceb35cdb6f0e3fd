import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';
import { onlyAsRoot } from '../../support/skip.ts';

describe('the data folder of an ordinary user', () => {
  it('is closed to all others, with files that only the user can read (B13)', onlyAsRoot, async () => {
    using folder = makeFolder();
    chmodSync(folder.path, 0o777);
    await using program = startProgram('as-nobody', [], { ROCKPOOL_HOME: join(folder.path, 'home') });
    const modes = JSON.parse((await program.line('modes')).slice('modes '.length));
    const folders = { home: '700', servers: '700', secrets: '700', cache: '700', logs: '700' };
    expect(modes).toEqual({ ...folders, stateDb: '600', log: '600' });
  });

  it('is refused with a clear error where it cannot be written (D15)', onlyAsRoot, async () => {
    using folder = makeFolder();
    const parent = join(folder.path, 'of-root');
    mkdirSync(parent, { mode: 0o755 });
    await using program = startProgram('as-nobody', [], { ROCKPOOL_HOME: join(parent, 'home') });
    const error = JSON.parse((await program.line('error')).slice('error '.length));
    expect(error).toMatchObject({ code: 'file_unreadable', detail: { errno: 'EACCES' } });
    expect(error.hint).toContain('ROCKPOOL_HOME');
  });

  it('is refused with a clear error where somebody else made it (D15)', onlyAsRoot, async () => {
    using folder = makeFolder();
    const home = join(folder.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    await using program = startProgram('as-nobody', [], { ROCKPOOL_HOME: home });
    const error = JSON.parse((await program.line('error')).slice('error '.length));
    expect(error.code).toBe('file_unreadable');
  });
});
