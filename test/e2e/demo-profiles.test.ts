import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { upProject } from '../support/project.ts';
import { queryAt } from '../support/query.ts';
import { rockpoolJson, sampleRevision } from '../support/rockpool.ts';

const installs = ['first', 'second'];
const project = `version: 1
installs:
${installs
  .map(
    (name) => `  ${name}:
    dataset: ${sampleRevision}
    demo: { statements: demo.sql, profiles: { globex: { plan_name: Globex } }, profile: globex }
`,
  )
  .join('')}`;

describe('the demo tab', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    const statements = 'UPDATE plans SET name = %(plan_name)s WHERE id = 1;\n';
    opened = await openRockpool((home) => upProject(home, project, statements));
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const planOf = async (name: string) => {
    const { url } = await rockpoolJson<{ url: string }>(opened.home, 'url', name);
    return queryAt(url, 'SELECT name FROM plans WHERE id = 1');
  };

  it('takes profiles out into a file and brings them in from one', async () => {
    const tab = await opened.openTab('/install/first/demo');
    await tab.getByRole('button', { name: 'More for all profiles' }).click();
    const download = tab.waitForEvent('download');
    await tab.getByRole('menuitem', { name: 'Export all as CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('first-profiles.csv');
    expect(await readFile(await file.path(), 'utf8')).toBe('"profile","plan_name"\r\n"globex","Globex"\r\n');
    await tab.getByLabel('File with profiles, JSON or CSV').setInputFiles({
      name: 'prospects.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"initech": {"plan_name": "Initech"}, "hooli": {"plan_name": "Hooli"}}'),
    });
    await tab.getByText('2 profiles imported.').waitFor();
    await tab.getByRole('button', { name: 'hooli', exact: true }).waitFor();
    await tab.getByLabel('File with profiles, JSON or CSV').setInputFiles({
      name: 'broken.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('name;value\n'),
    });
    await tab.getByText(/^The first row has to name the columns/).waitFor();
  });

  it('tells of a parameter in place: label, kind, choices, default', async () => {
    const tab = await opened.openTab('/install/first/demo');
    await tab.getByRole('button', { name: 'globex', exact: true }).click();
    await tab.getByRole('button', { name: 'Edit the field plan_name' }).click();
    const editor = tab.getByRole('dialog', { name: 'Edit the field plan_name' });
    await editor.getByRole('textbox', { name: 'Label' }).fill('Plan');
    await editor.getByRole('combobox', { name: 'Kind' }).click();
    await editor.getByRole('option', { name: 'Choice' }).click();
    await editor.getByRole('textbox', { name: 'Choices' }).fill('Globex\nInitech\n');
    await editor.getByRole('textbox', { name: 'Default' }).fill('Umbrella');
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.getByText('plan_name is none of Globex, Initech.').waitFor();
    await editor.getByRole('textbox', { name: 'Default' }).fill('Initech');
    expect(await findViolations(tab)).toEqual([]);
    await editor.getByRole('button', { name: 'Save' }).click();
    await tab.getByRole('combobox', { name: 'Plan' }).waitFor();
    const { parameters, file } = await rockpoolJson<{ file: string | null; parameters: unknown[] }>(
      opened.home,
      'statements',
      'first',
      'show',
    );
    expect(file).toBe('demo.sql');
    expect(parameters).toEqual([
      expect.objectContaining({
        name: 'plan_name',
        label: 'Plan',
        kind: 'choice',
        choices: ['Globex', 'Initech'],
        default: 'Initech',
      }),
    ]);
  });

  it('is the same for several: all are reset from Home, each with its own profile', async () => {
    for (const name of installs) {
      const { url } = await rockpoolJson<{ url: string }>(opened.home, 'url', name);
      await queryAt(url, "UPDATE plans SET name = 'spoiled'");
    }
    const tab = await opened.openTab();
    await tab.getByRole('button', { name: 'Reset all 2' }).click();
    await tab
      .getByText('2 installs are clean again; 2 had been changed and can be had back for a while.')
      .waitFor();
    for (const name of installs) expect(await planOf(name)).toEqual([{ name: 'Globex' }]);
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
