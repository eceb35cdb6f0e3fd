import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { upProject } from '../support/project.ts';
import { queryAt } from '../support/query.ts';
import { rockpoolJson, sampleRevision } from '../support/rockpool.ts';

const project = `
version: 1
installs:
  pitch:
    dataset: ${sampleRevision}
    demo:
      statements: demo.sql
      parameters:
        plan_name: { label: Plan, kind: choice, choices: [Globex Gold, Initech Basic] }
`;

describe('by mouse alone, on a sample that is dressed by statements', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    const statements = 'UPDATE plans SET name = %(plan_name)s WHERE id = 1;\n';
    opened = await openRockpool((home) => upProject(home, project, statements));
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const urlOf = async () => (await rockpoolJson<{ url: string }>(opened.home, 'url', 'pitch')).url;

  it('a profile is made, previewed, turned on by a reset, and seen in the data', async () => {
    const tab = await opened.openTab();
    await tab.getByRole('button', { name: 'Open pitch' }).click();
    const tabs = tab.getByRole('navigation', { name: 'pitch' });
    await tabs.getByRole('link', { name: 'Demo' }).click();
    await tab.getByRole('button', { name: 'New profile' }).click();
    await tab.getByRole('button', { name: 'Create' }).click();
    await tab.getByRole('combobox', { name: 'Plan' }).click();
    await tab.getByRole('option', { name: 'Globex Gold' }).click();
    await tab.getByRole('button', { name: 'Save' }).click();

    await tab.getByRole('button', { name: 'Preview' }).click();
    const statement = tab.getByRole('article', { name: 'line 1' });
    await statement.getByText('Globex Gold').waitFor();
    expect(
      await queryAt(await urlOf(), "SELECT count(*)::int AS n FROM plans WHERE name = 'Globex Gold'"),
    ).toEqual([{ n: 0 }]);

    await tab.getByRole('button', { name: 'Reset as Profile 1' }).click();
    await tab.getByText(/^Dressed: 1 row changed/).waitFor();
    await tab.getByRole('link', { name: 'Demo: Profile 1' }).waitFor();
    await tabs.getByRole('link', { name: 'Data' }).click();
    await tab.getByRole('link', { name: /^plans/ }).click();
    await tab.getByRole('grid', { name: 'Rows of public.plans' }).getByText('Globex Gold').waitFor();
  });

  it('a sample user is become, the next step is there, and all is put back', async () => {
    const tab = await opened.openTab('/install/pitch/users');
    const before = await queryAt(
      await urlOf(),
      'SELECT md5(array_agg(u ORDER BY id)::text) AS sum FROM users u',
    );
    await tab.getByRole('button', { name: /^redacted3@/ }).click();
    await tab.getByText('users.password_hash').waitFor();
    await tab.getByRole('button', { name: 'Become redacted3@redactics.com' }).click();
    const now = tab.getByRole('region', { name: 'You are redacted3@redactics.com' });
    await now.getByText('Log in as').waitFor();
    await now.getByText('redacted3@redactics.com', { exact: true }).waitFor();
    await now.getByRole('button', { name: 'Show' }).first().click();
    await tab.getByRole('link', { name: 'you are redacted3@redactics.com' }).waitFor();
    await tab.getByRole('button', { name: 'Stop being redacted3@redactics.com' }).click();
    await tab.getByText('redacted3@redactics.com is as before.').waitFor();
    await tab
      .getByText('Pick a user to become.')
      .or(tab.getByRole('button', { name: /^Become/ }))
      .waitFor();
    expect(
      await queryAt(await urlOf(), 'SELECT md5(array_agg(u ORDER BY id)::text) AS sum FROM users u'),
    ).toEqual(before);
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
