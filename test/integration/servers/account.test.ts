import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { accountOf, canPass, canRead, chooseAccount } from '../../../electron/servers/account.ts';
import { binariesIn, findBinaries } from '../../../electron/servers/binaries.ts';
import { clusterFiles } from '../../../electron/servers/cluster.ts';
import { asideFolder, preparePrograms } from '../../../electron/servers/place.ts';
import { findPostmaster } from '../../../electron/servers/postmaster.ts';
import type { RunningServer } from '../../../electron/servers/server.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { openCore } from '../../../electron/state/core.ts';
import { runCommand } from '../../support/command.ts';
import { makeHome } from '../../support/home.ts';

describe('anybody', () => {
  it('may have a home whose path a shell would take apart', async () => {
    await using outer = await makeHome();
    const path = join(dirname(outer.path), `it's "$HOME" \`pwd\` & ünïcode`);
    const core = openCore({ ...outer.environment, ROCKPOOL_HOME: path });
    const servers = openServers(core);
    const server = await servers.ensure({ kind: 'embedded' });
    expect(server.place.startsWith(path)).toBe(true);
    expect(await servers.running('embedded')).not.toBeNull();
    await servers.remove('embedded');
    core.state.close();
  });
});

const isRoot = process.getuid?.() === 0;
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };
const here = dirname(fileURLToPath(import.meta.url));

describe.runIf(isRoot)('as root', () => {
  it('a cluster belongs to the account that runs it, and its settings do not', async () => {
    await using home = await makeHome();
    const server = await openServers(home.core).ensure({ kind: 'embedded' });
    const files = clusterFiles(server.place);
    const account = chooseAccount();
    expect(statSync(files.data)).toMatchObject({ uid: account?.uid, gid: account?.gid });
    expect(statSync(files.data).mode & 0o777).toBe(0o700);
    expect(statSync(files.accessRules).uid).toBe(0);
    expect(statSync(files.settings).uid).toBe(0);
    expect(readFileSync(home.core.log.file, 'utf8')).not.toContain('/var/lib');
  });

  it('a home that the account cannot enter has its cluster elsewhere, and it is said', async () => {
    await using home = await makeHome({ parentMode: 0o700 });
    const servers = openServers(home.core);
    const server = await servers.ensure({ kind: 'embedded' });
    expect(dirname(server.place)).toBe(asideFolder(home.core));
    expect(statSync(asideFolder(home.core))).toMatchObject({ uid: 0 });
    expect(statSync(asideFolder(home.core)).mode & 0o777).toBe(0o711);
    expect(readFileSync(home.core.log.file, 'utf8')).toContain(asideFolder(home.core));
    expect(await servers.stop('embedded')).toBe(true);
    expect((await servers.start('embedded')).port).toBe(server.port);
    await servers.remove('embedded');
    expect(existsSync(asideFolder(home.core))).toBe(false);
  });

  it('programs that the account cannot read are copied to where it can', async () => {
    await using home = await makeHome();
    const folder = join(home.core.paths.cache, 'postgresql');
    await cp(findBinaries().folder, folder, { recursive: true, verbatimSymlinks: true });
    await chmod(join(folder, 'bin', 'postgres'), 0o700);
    const account = chooseAccount();
    const programs = await preparePrograms(home.core, account, binariesIn(folder));
    expect(dirname(programs.binaries.folder)).toBe(asideFolder(home.core));
    expect(canRead(account, programs.binaries.initdb)).toBe(true);
    expect(await readdir(asideFolder(home.core))).toEqual([`postgresql-${programs.version.text}`]);
    const again = await preparePrograms(home.core, account, binariesIn(folder));
    expect(again).toEqual(programs);
  });

  it('a folder of root itself is no cluster that PostgreSQL could run', async () => {
    await using home = await makeHome();
    expect(() => accountOf(home.path)).toThrow(expect.objectContaining({ code: 'server_failed' }));
  });

  it('a folder is passed through by its mode, and so is every parent', async () => {
    await using home = await makeHome();
    const inner = join(home.path, 'inner');
    await mkdir(inner);
    await chmod(inner, 0o711);
    expect(canPass(nobody, inner)).toBe(true);
    expect(canRead(nobody, inner)).toBe(false);
    await chmod(home.path, 0o700);
    expect(canPass(nobody, inner)).toBe(false);
    await chown(home.path, nobody.uid, 0);
    expect(canPass(nobody, inner)).toBe(true);
    await chown(home.path, 0, nobody.gid);
    expect(canPass(nobody, inner)).toBe(false);
    await chmod(home.path, 0o710);
    expect(canPass(nobody, inner)).toBe(true);
  });

  // The child runs this very checkout, so it must be one that others may read.
  const readable = isRoot && canRead(nobody, here) && canRead(nobody, process.execPath);

  it.runIf(readable)(
    'a normal user runs everything as themselves, and root takes it over as theirs',
    async () => {
      await using outer = await makeHome({ parentMode: 0o711 });
      const path = join(dirname(outer.path), 'theirs');
      await mkdir(path);
      await chown(path, nobody.uid, nobody.gid);
      const environment = { ...outer.environment, ROCKPOOL_HOME: path };
      const server = await runCommand<RunningServer>(environment, ['ensure'], nobody);
      const { data } = clusterFiles(server.place);
      expect(data.startsWith(path)).toBe(true);
      const found = findPostmaster(data);
      if (found.state !== 'running') throw new Error(`the postmaster is ${found.state}`);
      expect(statSync(`/proc/${found.process.pid}`).uid).toBe(nobody.uid);
      expect(await runCommand(environment, ['stop'], nobody)).toBe(true);
      expect(await runCommand(environment, ['start'], nobody)).toMatchObject({ port: server.port });

      const core = openCore(environment);
      const servers = openServers(core);
      expect(await servers.running('embedded')).toMatchObject({ port: server.port });
      expect(await servers.stop('embedded')).toBe(true);
      await servers.start('embedded');
      const again = findPostmaster(data);
      if (again.state !== 'running') throw new Error(`the postmaster is ${again.state}`);
      expect(statSync(`/proc/${again.process.pid}`).uid).toBe(nobody.uid);
      await servers.remove('embedded');
      core.state.close();
    },
  );
});
