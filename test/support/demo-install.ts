import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstallResult } from '../../electron/contract/install.ts';
import { type Home, makeHome } from './home.ts';
import { queryAt } from './query.ts';
import { rockpoolJson, sampleRevision, settle } from './rockpool.ts';

/** Statements with dates and numbers by text, a name in several tables, a value joined to a literal. */
export const demoSql = `-- the prospect's own workspace
UPDATE accounts SET name = %(company_name)s, billing_email = 'billing@' || %(domain)s,
  settings = settings || jsonb_build_object('logo', %(logo)s::text)
WHERE id = %(account)s;
UPDATE users SET email = 'user' || id || '@' || %(domain)s WHERE id <= 20;
INSERT INTO labels (account_id, name, color) VALUES (%(account)s, 'For ' || %(company_name)s, '#0a7c80');
UPDATE projects SET name = %(company_name)s || ' launch', created_at = %(since)s WHERE account_id = %(account)s;
`;

/** Values of three profiles, each with a mark that no other has. */
export const prospects = {
  globex: {
    company_name: "Globex & Sons '1",
    domain: 'globex-mark-41.example',
    logo: 'https://globex-mark-41.example/a.svg',
  },
  initech: { company_name: 'Initech 😀 mark-42', domain: 'initech-mark-42.example', logo: 'logo-mark-42' },
  umbrella: {
    company_name: 'Umbrella "mark-43"; --',
    domain: 'umbrella-mark-43.example',
    logo: 'logo-mark-43',
  },
};

/** A home with the sample installed as `acme`, `demoSql` set on it and a profile for each prospect. */
export interface DemoInstall extends AsyncDisposable {
  readonly home: Home;
  /** Where the live of `acme` is. */
  readonly url: string;
  /** Writes a file into the home and returns its path. */
  file(name: string, content: string): string;
}

/** Installs the sample by the command line, with its spare made, and gives it the demo. */
export async function makeDemoInstall(): Promise<DemoInstall> {
  const home = await makeHome();
  const file = (name: string, content: string): string => {
    const path = join(home.path, name);
    writeFileSync(path, content);
    return path;
  };
  try {
    const installed = await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
    await settle(home);
    await rockpoolJson(home, 'statements', 'acme', 'set', file('demo.sql', demoSql));
    for (const [name, values] of Object.entries(prospects)) {
      const words = Object.entries({ ...values, account: '1', since: '2026-01-31' }).map(
        ([key, value]) => `${key}=${value}`,
      );
      await rockpoolJson(home, 'profile', 'acme', 'save', name, ...words);
    }
    return {
      home,
      url: installed.install.url,
      file,
      [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
    };
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

/** A sum over all rows of the live at `url`, that tells one content from another. */
export async function contentOf(url: string): Promise<string> {
  const tables = await queryAt(
    url,
    "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1",
  );
  const sums: unknown[] = [];
  for (const { name } of tables) {
    sums.push(
      ...(await queryAt(url, `SELECT count(*), sum(hashtextextended(t::text, 0)) FROM ${String(name)} t`)),
    );
  }
  return JSON.stringify(sums);
}
