import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';

describe('the background worker', () => {
  it('signs in as the command did that left it, and gets no other secret of its environment (F4)', async () => {
    using home = makeFolder();
    const given = {
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'from-the-environment',
      AWS_SESSION_TOKEN: 'token',
      NODE_EXTRA_CA_CERTS: join(home.path, 'ca.pem'),
      DOCKER_HOST: 'unix:///run/elsewhere.sock',
      DATABASE_URL: 'postgres://app:secret@db/app',
      PGPASSWORD: 'secret',
      NODE_OPTIONS: '--no-deprecation',
      ROCKPOOL_HOME: '/somewhere/else',
    };
    await using program = startProgram('leave-worker', ['leave', home.path], given);
    expect((await program.end()).code).toBe(0);
    const file = join(home.path, 'variables.json');
    while (!existsSync(file)) await wait(20);
    const variables = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const { DATABASE_URL: _url, PGPASSWORD: _password, NODE_OPTIONS: _options, ...kept } = given;
    expect(variables).toMatchObject({ ...kept, ROCKPOOL_HOME: home.path });
    for (const name of ['DATABASE_URL', 'PGPASSWORD', 'NODE_OPTIONS'])
      expect(variables).not.toHaveProperty(name);
  });
});
