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

  const profilesOf = async (name: string) =>
    (
      await rockpoolJson<{ profiles: { name: string; values: Record<string, string> }[] }>(
        opened.home,
        'profile',
        name,
        'list',
      )
    ).profiles;

  it('is dressed with what is on the screen, saved or not, over a reload too', async () => {
    const tab = await opened.openTab('/install/second/demo');
    const plan = tab.getByRole('textbox', { name: 'plan_name' });
    await tab.getByRole('button', { name: 'globex', exact: true }).click();
    await plan.fill('Typed, not saved');
    await tab.reload();
    await expect.poll(() => plan.inputValue()).toBe('Typed, not saved');
    await tab.getByRole('button', { name: 'Preview' }).click();
    await tab.getByRole('article', { name: 'line 1' }).getByText('Typed, not saved').waitFor();
    await tab.getByRole('button', { name: 'Reset as globex' }).click();
    await tab.getByText(/^Dressed: 1 row changed/).waitFor();
    expect(await planOf('second')).toEqual([{ name: 'Typed, not saved' }]);
    expect(await profilesOf('second')).toMatchObject([{ values: { plan_name: 'Typed, not saved' } }]);
    await plan.fill('By the head');
    await tab.getByRole('button', { name: 'Reset second', exact: true }).click();
    await tab.getByText(/^second is clean again/).waitFor();
    expect(await planOf('second')).toEqual([{ name: 'By the head' }]);
    await plan.fill('');
    await tab.getByRole('button', { name: 'Reset as globex' }).click();
    await tab.getByText('A value is needed.').waitFor();
    expect(await tab.evaluate('document.activeElement.getAttribute("aria-invalid")')).toBe('true');
    await tab.context().close();
  });

  it('takes any name for a profile but one that is taken, and says at the field what is wrong', async () => {
    const tab = await opened.openTab('/install/second/demo');
    const before = await profilesOf('second');
    await tab.getByRole('button', { name: 'New profile' }).click();
    const name = tab.getByRole('textbox', { name: 'Name of the profile' });
    await name.fill('globex');
    await tab.getByRole('button', { name: 'Create' }).click();
    await tab.getByText('There is a profile called globex already.').waitFor();
    await name.fill('x'.repeat(300));
    await tab.getByText('It has 300 characters; 100 are the most.').waitFor();
    expect(await profilesOf('second')).toEqual(before);
    await name.fill('Söns & Co');
    await tab.getByRole('button', { name: 'Create' }).click();
    await tab.getByRole('button', { name: 'Söns & Co', exact: true }).waitFor();
    expect((await profilesOf('second')).map((each) => each.name)).toEqual(['Söns & Co', 'globex']);
    await tab.context().close();
  });

  it('gives a deleted profile back for a while, from the note and from the list', async () => {
    const tab = await opened.openTab('/install/second/demo');
    const remove = async () => {
      await tab.getByRole('button', { name: 'More for globex' }).click();
      await tab.getByRole('menuitem', { name: 'Delete' }).click();
      await tab.getByRole('list', { name: 'Deleted profiles' }).waitFor();
    };
    const before = await profilesOf('second');
    await remove();
    await tab.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
    await tab.getByText('globex is back as it was.').waitFor();
    expect(await profilesOf('second')).toEqual(before);
    await remove();
    await tab.reload();
    await tab.getByRole('button', { name: 'Bring globex back' }).click();
    await tab.getByRole('link', { name: 'Demo: globex' }).waitFor();
    expect(await profilesOf('second')).toEqual(before);
    await tab.context().close();
  });

  it('can be left out, and its fields filled at once, where no profile is there', async () => {
    for (const { name } of await profilesOf('second'))
      await rockpoolJson(opened.home, 'profile', 'second', 'delete', name);
    const tab = await opened.openTab('/');
    await tab.getByRole('button', { name: 'Reset second', exact: true }).click();
    const card = tab.getByRole('article', { name: 'second' });
    await card.getByText('No value is given for plan_name.').waitFor();
    expect(await card.getByText('--').count()).toBe(0);
    await card.getByRole('button', { name: 'Reset without the demo' }).click();
    await tab.getByText(/^second is clean again/).waitFor();
    await tab.getByRole('button', { name: 'Reset second', exact: true }).click();
    await card.getByRole('link', { name: 'To the fields of the demo' }).click();
    await tab.getByRole('textbox', { name: 'plan_name' }).fill('At once');
    await tab.getByRole('button', { name: 'Reset as Profile 1' }).click();
    await tab.getByText(/^Dressed: 1 row changed/).waitFor();
    expect(await planOf('second')).toEqual([{ name: 'At once' }]);
    await tab.getByRole('button', { name: 'Reset without the demo' }).click();
    await tab.getByText(/^Clean, without the demo/).waitFor();
    expect(await planOf('second')).not.toEqual([{ name: 'At once' }]);
    await tab.context().close();
  });

  it('says what is wrong with a time at its field, which stays in sight', async () => {
    const tab = await opened.openTab('/install/first/demo', { viewport: { width: 900, height: 640 } });
    await tab.getByRole('button', { name: 'Schedule' }).click();
    const when = tab.getByRole('textbox', { name: 'When' });
    await when.fill('every day at noon');
    await tab.getByRole('button', { name: 'Add' }).click();
    await tab.locator('[aria-invalid="true"]').waitFor();
    const box = await when.boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(640);
    await tab.context().close();
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
