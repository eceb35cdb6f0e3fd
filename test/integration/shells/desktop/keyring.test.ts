import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../../electron/app.ts';
import type { Keyring } from '../../../../electron/contract/keyring.ts';
import { openKeyring, serveKeyring } from '../../../../electron/shells/desktop/keyring.ts';
import type { CallPort } from '../../../../electron/shells/desktop/port.ts';
import { openSealed, type SystemKeyring } from '../../../../electron/shells/desktop/secrets.ts';
import { type AgentServer, startAgentServer } from '../../../support/agent-server.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { rockpoolJson } from '../../../support/rockpool.ts';

const password = 'correct-horse-battery';

/** A keyring as Electron has it, which turns every byte round. */
function makeSystemKeyring(backend: 'gnome_libsecret' | 'basic_text'): SystemKeyring {
  const turn = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ 255));
  return {
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (text) => turn(Buffer.from(text)),
    decryptStringAsync: async (bytes) => ({ result: turn(bytes).toString(), shouldReEncrypt: false }),
    getSelectedStorageBackend: () => backend,
  };
}

describe('the password of an agent in the desktop shell', () => {
  let home: Home;
  let agent: AgentServer;
  let app: App | null = null;

  beforeEach(async () => {
    home = await makeHome();
    agent = await startAgentServer();
    agent.account = { user: 'ops@example.com', password };
  });

  afterEach(async () => {
    await app?.[Symbol.asyncDispose]();
    app = null;
    await agent[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  /** An app whose keyring is at the other end of a port, as in a core that Electron started. */
  async function openWith(backend: 'gnome_libsecret' | 'basic_text'): Promise<App> {
    const { port1, port2 } = new MessageChannel();
    const sealed: Keyring = openSealed(
      makeSystemKeyring(backend),
      join(home.path, 'desktop', 'sealed.json'),
      'linux',
    );
    serveKeyring(sealed, port1 as unknown as CallPort);
    app = await openApp(home.environment, null, openKeyring(Promise.resolve(port2 as unknown as CallPort)));
    return app;
  }

  const wish = () => ({ name: 'acme', url: agent.url, user: 'ops@example.com', secret: password });
  const inFile = async () =>
    (await readFile(join(home.path, 'secrets', 'passwords.json'), 'utf8').catch(() => '')).includes(password);
  const { signal } = new AbortController();

  it('is sealed by the system’s keyring, and used from there; the command line says that it cannot', async () => {
    const { addAgent, checkAgent, protectionOfSecrets, removeAgent } = await openWith('gnome_libsecret');
    expect(await protectionOfSecrets()).toBe('keyring');
    expect(await addAgent(wish())).toMatchObject({ auth: 'password', kept: 'keyring' });
    expect(await checkAgent('acme', signal)).toMatchObject({ ok: true });
    expect(await inFile()).toBe(false);
    expect(await readFile(join(home.path, 'desktop', 'sealed.json'), 'utf8')).not.toContain(password);
    const said = await rockpoolJson(home, 'agent', 'check', 'acme').catch((error: unknown) => String(error));
    expect(JSON.stringify(said)).toContain('which only Rockpool’s window can open');
    await removeAgent('acme');
    expect(await readFile(join(home.path, 'desktop', 'sealed.json'), 'utf8')).toBe('{}');
  });

  it('is in a file for the command line too, where the person agreed to that', async () => {
    const { addAgent } = await openWith('gnome_libsecret');
    expect(await addAgent({ ...wish(), inFile: true })).toMatchObject({ kept: 'file' });
    expect(await inFile()).toBe(true);
    expect(await rockpoolJson(home, 'agent', 'check', 'acme')).toMatchObject({ ok: true });
  });

  it('is not kept without a keyring unless the person agrees to a file, and no agent is half there (A12)', async () => {
    const { addAgent, checkAgent, listAgents, protectionOfSecrets } = await openWith('basic_text');
    expect(await protectionOfSecrets()).toBe('weak');
    await expect(addAgent(wish())).rejects.toMatchObject({
      code: 'secret_locked',
      hint: expect.stringContaining('agree to keep the secret in a file'),
    });
    expect(await listAgents()).toEqual([]);
    await addAgent({ ...wish(), inFile: true });
    expect(await checkAgent('acme', signal)).toMatchObject({ ok: true });
  });
});
