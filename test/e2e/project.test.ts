import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectAddress } from '../../renderer/store/project-place.ts';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { queryAt } from '../support/query.ts';
import { rockpoolJson, sampleRevision } from '../support/rockpool.ts';

const project = `version: 1
installs:
  clone:
    dataset: ${sampleRevision}
    afterInstall: [after.sql]
    env: { file: .env.local, DATABASE_URL: "{{url}}" }
`;

describe('a project folder', withChromium, () => {
  let opened: Opened;
  let folder: string;

  beforeAll(async () => {
    opened = await openRockpool(async (home) => {
      folder = join(home.path, '..', 'a project, with 100% of it');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'rockpool.yml'), project.replace('afterInstall', 'afterInstal'));
      await writeFile(join(folder, 'after.sql'), 'CREATE TABLE from_project (id int);\n');
    });
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const names = async () =>
    (await rockpoolJson<{ installs: { name: string }[] }>(opened.home, 'list')).installs.map(
      ({ name }) => name,
    );

  it('is shown with its mistake, read, trusted and brought up, by what it holds', async () => {
    const tab = await opened.openTab();
    await tab.getByRole('link', { name: 'Open a project' }).click();
    await tab.getByRole('textbox', { name: 'Folder of the project' }).fill(folder);
    await tab.getByRole('button', { name: 'Read' }).click();
    await tab.getByText(/rockpool\.yml:5:5: nothing is called afterInstal here/).waitFor();

    await writeFile(join(folder, 'rockpool.yml'), project);
    await tab.getByRole('button', { name: 'Retry' }).click();
    const install = tab.getByRole('region', { name: 'clone' });
    await install.getByText('will be installed').waitFor();
    await install.getByText('DATABASE_URL={{url}}').waitFor();
    await install.getByText('after.sql').click();
    await install.getByText('CREATE TABLE from_project (id int);').waitFor();
    await tab.getByText(/^Nothing of it has run\. Trust covers the file and its 1 script/).waitFor();
    expect(await tab.getByRole('button', { name: 'Up', exact: true }).count()).toBe(0);
    expect(await findViolations(tab)).toEqual([]);
    expect(await names()).toEqual([]);

    await tab.getByRole('button', { name: 'Trust it as shown' }).click();
    await tab.getByText('trusted as it is').waitFor();
    expect(await names()).toEqual([]);
    await tab.getByRole('button', { name: 'Up', exact: true }).click();
    await install.getByText(/^Done: installed · wrote .*\.env\.local$/).waitFor({ timeout: 90_000 });
    const { url } = await rockpoolJson<{ url: string }>(opened.home, 'url', 'clone');
    expect(await readFile(join(folder, '.env.local'), 'utf8')).toBe(`DATABASE_URL=${url}\n`);
    expect(await queryAt(url, 'SELECT count(*)::int AS n FROM from_project')).toEqual([{ n: 0 }]);
  });

  it('that changed after it was shown is not run (trust is of the content)', async () => {
    const tab = await opened.openTab(projectAddress(folder));
    await tab.getByText('trusted as it is').waitFor();
    await writeFile(join(folder, 'after.sql'), 'CREATE TABLE another (id int);\n');
    await tab.getByRole('button', { name: 'Up', exact: true }).click();
    await tab.getByText(/^Nobody has agreed to/).waitFor();
    await tab.getByText('not trusted yet').waitFor();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds wrong, %s', async (colorScheme) => {
    const tab = await opened.openTab('/project', { colorScheme });
    await tab.getByText(/^A rockpool\.yml in a repository/).waitFor();
    expect(await findViolations(tab)).toEqual([]);
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
