import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../electron/state/redact.ts';
import { randomPassword } from '../../../electron/state/secrets.ts';
import { makeCore } from '../../support/core.ts';

describe('passwords of local databases', () => {
  it('are in a file that only this user can read, and nowhere else (F4)', async () => {
    using home = makeCore();
    const { paths, secrets, log } = home.core;
    const password = await secrets.ensure('embedded/acme');
    log.write('info', `connecting with ${password}`);
    const file = join(paths.secrets, 'passwords.json');
    expect(readdirSync(paths.secrets)).toEqual(['passwords.json']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(log.file, 'utf8')).not.toContain(password);
    expect(redact(`it is ${password}`)).not.toContain(password);
  });

  it('stay the same once made, until they are removed', async () => {
    using home = makeCore();
    const { secrets } = home.core;
    expect(secrets.get('embedded/acme')).toBeNull();
    const made = await secrets.ensure('embedded/acme');
    expect(await secrets.ensure('embedded/acme')).toBe(made);
    await secrets.set('embedded/other', 'something else');
    expect(secrets.get('embedded/acme')).toBe(made);
    await secrets.remove('embedded/acme');
    expect(secrets.get('embedded/acme')).toBeNull();
    expect(secrets.get('embedded/other')).toBe('something else');
  });

  it('do not stay in a file that a killed process was writing (D13)', async () => {
    using home = makeCore();
    const { paths, secrets } = home.core;
    writeFileSync(join(paths.secrets, '.0123456789ab.tmp'), '{"embedded/acme":"hunter2"');
    await secrets.set('embedded/other', 'something else');
    expect(readdirSync(paths.secrets)).toEqual(['passwords.json']);
  });

  it('need no escaping anywhere and do not repeat', () => {
    const made = Array.from({ length: 200 }, randomPassword);
    for (const password of made) expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(new Set(made).size).toBe(200);
  });

  it('in a damaged file are not quoted by the error, nor overwritten (F4)', async () => {
    using home = makeCore();
    const { paths, secrets } = home.core;
    const file = join(paths.secrets, 'passwords.json');
    writeFileSync(file, '{"embedded/acme": "hunter2hunter2');
    const error = await secrets.ensure('embedded/new').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'file_unreadable', hint: expect.any(String) });
    expect(String((error as Error).stack) + String((error as Error).cause)).not.toContain('hunter2');
    expect(readFileSync(file, 'utf8')).toContain('hunter2hunter2');
  });
});
