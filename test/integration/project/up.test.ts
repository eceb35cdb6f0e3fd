import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorReport } from '../../../electron/contract/errors.ts';
import type { DownResult, UpResult } from '../../../electron/contract/project.ts';
import { makeFolder, type TemporaryFolder } from '../../support/folder.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { publish } from '../../support/published.ts';
import { queryAt } from '../../support/query.ts';
import { rockpoolJson, sample, settle } from '../../support/rockpool.ts';
import { strict } from '../../support/strict.ts';

const main = fileURLToPath(new URL('../../../electron/shells/cli/main.ts', import.meta.url));
const example = fileURLToPath(new URL('../../support/example-project', import.meta.url));

let home: Home;
let clone: TemporaryFolder;

beforeEach(async () => {
  home = await makeHome();
  clone = makeFolder();
  cpSync(example, clone.path, { recursive: true });
  cpSync(sample, join(clone.path, 'exports'), { recursive: true });
});

afterEach(async () => {
  await settle(home);
  clone[Symbol.dispose]();
  await home[Symbol.asyncDispose]();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in the clone, as somebody does after `git clone` and `cd`. */
async function inClone(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...strict, main, ...args, '--json'], {
    cwd: clone.path,
    env: home.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

async function up(...args: string[]): Promise<UpResult> {
  const ended = await inClone('up', ...args);
  if (ended.code !== 0) throw new Error(ended.stdout + ended.stderr);
  return JSON.parse(ended.stdout) as UpResult;
}

const errorOf = ({ stdout }: Ended): ErrorReport => (JSON.parse(stdout) as { error: ErrorReport }).error;
const path = (name: string): string => join(clone.path, name);

describe('rockpool up', () => {
  it('shows a file that nobody agreed to and runs nothing of it, then ends with a dressed-up database and its env file', async () => {
    const refused = await inClone('up');
    expect(refused.code).toBe(1);
    expect(errorOf(refused).code).toBe('project_untrusted');
    for (const shown of [
      'DELETE FROM events',
      'UPDATE accounts',
      '.env.local',
      '| DATABASE_URL={{url}}',
      'exports',
    ]) {
      expect(refused.stderr).toContain(shown);
    }
    expect(existsSync(path('.env.local'))).toBe(false);
    expect((await rockpoolJson<{ installs: unknown[] }>(home, 'list')).installs).toEqual([]);

    const before = '# of mine\r\nPORT=3000\r\nDATABASE_URL=old\r\n';
    writeFileSync(path('.env.local'), before);
    chmodSync(path('.env.local'), 0o640);
    const first = await up('--yes');
    const [shop] = first.installs;
    if (shop === undefined) throw new Error('nothing came up');
    expect(shop).toMatchObject({ name: 'shop', action: 'installed', statements: { applied: 2 }, notes: [] });
    const { url, port } = shop.install;
    expect(readFileSync(path('.env.local'), 'utf8')).toBe(
      `# of mine\r\nPORT=3000\r\nDATABASE_URL=${url}\r\nDATABASE_PORT=${port}\r\n`,
    );
    expect(statSync(path('.env.local')).mode & 0o777).toBe(0o640);
    const [account] = await queryAt(
      url,
      "SELECT name, settings ->> 'logo' AS logo FROM accounts WHERE id = 1",
    );
    expect(account).toEqual({ name: 'Globex & Sons', logo: 'https://acme.example/logo.svg' });
    expect(await queryAt(url, 'SELECT count(*)::int AS n FROM events WHERE id > 100')).toEqual([{ n: 0 }]);
    expect(
      await queryAt(url, 'SELECT rolcreatedb AS may FROM pg_roles WHERE rolname = session_user'),
    ).toEqual([{ may: true }]);

    // Agreed to once, and nothing to do: what people did to the data stays.
    await queryAt(url, "UPDATE accounts SET name = 'mine' WHERE id = 1");
    const again = await up();
    expect(again.installs[0]).toMatchObject({
      action: 'unchanged',
      statements: null,
      env: { changed: false },
      notes: [],
    });
    expect(await queryAt(url, 'SELECT name FROM accounts WHERE id = 1')).toEqual([{ name: 'mine' }]);

    // A changed script is a new content, also where rockpool.yml is as it was.
    writeFileSync(path('sql/demo.sql'), 'DROP TABLE accounts CASCADE');
    expect(errorOf(await inClone('up')).code).toBe('project_untrusted');
    const changed = await up('--yes');
    expect(changed.installs[0]?.notes.join()).toContain('rockpool reset shop');

    const down = JSON.parse((await inClone('down')).stdout) as DownResult;
    expect(down.servers).toEqual(['embedded']);
    await up();
    expect(await queryAt(url, 'SELECT name FROM accounts WHERE id = 1')).toEqual([{ name: 'mine' }]);
    const gone = JSON.parse((await inClone('down', '--remove')).stdout) as DownResult;
    expect(gone.removed).toEqual(['shop']);
    expect((await rockpoolJson<{ installs: unknown[] }>(home, 'list')).installs).toEqual([]);
  });

  it('brings a newer revision where there is one, dressed in the profile that is on, and goes on without its source', async () => {
    writeFileSync(path('rockpool.yml'), readFileSync(path('rockpool.yml'), 'utf8').replace('@2', '@1'));
    const first = await up('--yes');
    expect(first.installs[0]?.install.revision).toBe('1');
    await settle(home);
    writeFileSync(path('rockpool.yml'), readFileSync(path('rockpool.yml'), 'utf8').replace('@1', ''));
    const second = await up('--yes');
    expect(second.installs[0]).toMatchObject({ action: 'updated', install: { revision: '2' } });
    const url = second.installs[0]?.install.url ?? '';
    expect(await queryAt(url, 'SELECT name FROM accounts WHERE id = 1')).toEqual([{ name: 'Globex & Sons' }]);
    await settle(home);
    rmSync(path('exports'), { recursive: true });
    const third = await up();
    expect(third.installs[0]).toMatchObject({ action: 'unchanged' });
    expect(third.installs[0]?.notes.join()).toContain('not asked for anything newer');
  });

  it('reaches nothing outside of the project, by a path or through a link, and refuses before anything runs', async () => {
    const outside = join(home.path, 'outside');
    mkdirSync(outside);
    publish(outside, { 'secret.sql': 'SELECT 1' });
    symlinkSync(outside, path('link'));
    const text = readFileSync(path('rockpool.yml'), 'utf8');
    for (const [from, to] of [
      ['sql/demo.sql', '../outside.sql'],
      ['sql/demo.sql', join(outside, 'secret.sql')],
      ['sql/demo.sql', 'link/secret.sql'],
      ['.env.local', '../.env'],
      ['.env.local', 'link/.env'],
    ] as const) {
      writeFileSync(path('rockpool.yml'), text.replace(from, to));
      const refused = await inClone('up', '--yes');
      expect(errorOf(refused)).toMatchObject({ code: 'project_invalid' });
    }
    expect(existsSync(join(outside, '.env'))).toBe(false);
    writeFileSync(path('rockpool.yml'), text);
    writeFileSync(path('sql/demo.sql'), 'SELECT 1;\nCOMMIT;');
    expect(errorOf(await inClone('up', '--yes'))).toMatchObject({ code: 'sql_refused', detail: { line: 2 } });
    expect((await rockpoolJson<{ installs: unknown[] }>(home, 'list')).installs).toEqual([]);
  });
});
