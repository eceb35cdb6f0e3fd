import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { installRequest } from '../../support/installing.ts';
import { queryAt, withClient } from '../../support/query.ts';
import { readServerState } from '../../support/server-state.ts';

let home: Home;
let app: App;
let files: string;

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-remains-'));
  writeFileSync(join(files, 'tiny.sql'), 'CREATE TABLE public.t (id int);');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
});

async function install(name: string): Promise<string> {
  const request = installRequest(join(files, 'tiny.sql'), name, { createdb: true });
  return (await app.install(request, {})).install.url;
}

async function remove(name: string): Promise<void> {
  await app.removeInstall(name, {});
  await app.work(AbortSignal.timeout(60_000));
}

describe('a removal of an install whose user made databases', () => {
  it.each([
    ['a template', ['CREATE DATABASE shadow', 'ALTER DATABASE shadow IS_TEMPLATE true']],
    [
      'a template that is closed',
      ['CREATE DATABASE shadow', 'ALTER DATABASE shadow IS_TEMPLATE true ALLOW_CONNECTIONS false'],
    ],
    ['one as itself', ['SET ROLE NONE', 'CREATE DATABASE shadow', 'ALTER DATABASE shadow IS_TEMPLATE true']],
    [
      'one by which its role is let in',
      ['CREATE DATABASE shadow', 'GRANT CONNECT ON DATABASE shadow TO acme'],
    ],
  ])('leaves neither database nor role: %s', async (_what, statements) => {
    const url = await install('acme');
    await withClient(url, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
    await remove('acme');
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
  });

  it('leaves nothing while a session of it makes databases all the time', async () => {
    const url = await install('acme');
    await queryAt(url, 'CREATE DATABASE workshop');
    let isOver = false;
    const making = withClient(url.replace(/\/acme(?=\?|$)/, '/workshop'), async (client) => {
      for (let number = 0; !isOver; number++) await client.query(`CREATE DATABASE made_${number}`);
    }).catch(() => {});
    await remove('acme');
    isOver = true;
    await making;
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
  });

  it('takes its own role out of what another install’s user made of the same dataset, which stays', async () => {
    const urls = [await install('acme'), await install('other')];
    // Both act as one owner, to whom the database belongs then.
    await queryAt(urls[0] ?? '', 'CREATE DATABASE shadow');
    await withClient((urls[0] ?? '').replace(/\/acme(?=\?|$)/, '/shadow'), async (client) => {
      await client.query(
        'GRANT CREATE ON SCHEMA public TO acme; SET ROLE NONE; CREATE TABLE public.mine (id int)',
      );
    });
    await remove('acme');
    const left = await readServerState(home);
    expect(left.roles.filter((role) => role.includes('acme'))).toEqual([]);
    expect(left.databases.map(({ name }) => name)).toEqual(expect.arrayContaining(['other', 'shadow']));
    await remove('other');
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
  });
});
