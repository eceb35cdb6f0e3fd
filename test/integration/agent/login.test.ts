import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAgent } from '../../../electron/agent/refresh.ts';
import { addAgent, removeAgent } from '../../../electron/agent/registry.ts';
import { startAgentServer } from '../../support/agent-server.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { makeCore } from '../../support/core.ts';
import { makeFolder } from '../../support/folder.ts';

describe('showing an agent who asks', () => {
  it('logs a user in once, and again when the session has ended', async () => {
    using home = makeCore();
    await using server = await startAgentServer();
    server.account = { user: 'ops@example.com', password: 'correct-horse' };
    await addAgent(home.core, {
      name: 'acme',
      url: server.url,
      user: 'ops@example.com',
      secret: 'correct-horse',
    });
    expect(await checkAgent(home.core, 'acme')).toMatchObject({ ok: true });
    expect(await checkAgent(home.core, 'acme')).toMatchObject({ ok: true });
    expect(server.logins).toHaveLength(1);
    server.expire();
    expect(await checkAgent(home.core, 'acme')).toMatchObject({ ok: true });
    expect(server.logins).toHaveLength(2);
  });

  it('says that a password is wrong, and does not try it again and again', async () => {
    using home = makeCore();
    await using server = await startAgentServer();
    server.account = { user: 'ops@example.com', password: 'correct-horse' };
    await addAgent(home.core, {
      name: 'acme',
      url: server.url,
      user: 'ops@example.com',
      secret: 'wrong-horse',
    });
    expect(await checkAgent(home.core, 'acme')).toMatchObject({
      ok: false,
      message: expect.stringContaining('401'),
    });
    expect(server.logins).toHaveLength(1);
  });

  it('sends no password to an agent that asks for none', async () => {
    using home = makeCore();
    await using server = await startAgentServer();
    await addAgent(home.core, { name: 'open', url: server.url, user: 'airflow', secret: 'for-airflow-only' });
    expect(await checkAgent(home.core, 'open')).toMatchObject({ ok: true });
    expect(server.logins).toHaveLength(0);
  });

  it('shows a bearer token', async () => {
    using home = makeCore();
    await using server = await startAgentServer();
    server.token = 'token-1234567890';
    await addAgent(home.core, { name: 'acme', url: server.url, secret: 'token-1234567890' });
    expect(await checkAgent(home.core, 'acme')).toMatchObject({ ok: true });
  });

  it('trusts a certificate authority of one’s own when it is named, and none else', async () => {
    using home = makeCore();
    using folder = makeFolder();
    const { key, cert } = makeCertificate(folder.path);
    await using server = await startAgentServer({ key, cert });
    const ca = join(folder.path, 'ca.pem');
    writeFileSync(ca, cert);
    await addAgent(home.core, { name: 'plain', url: server.url });
    await addAgent(home.core, { name: 'own', url: server.url, ca });
    expect(await checkAgent(home.core, 'plain')).toMatchObject({
      ok: false,
      message: expect.stringContaining('certificate is not trusted'),
    });
    expect(await checkAgent(home.core, 'own')).toMatchObject({ ok: true });
  });

  it('refuses a password in an address, and forgets a removed agent’s', async () => {
    using home = makeCore();
    const { core } = home;
    await expect(addAgent(core, { name: 'acme', url: 'http://u:p@127.0.0.1:1' })).rejects.toMatchObject({
      code: 'usage',
    });
    await addAgent(core, { name: 'acme', url: 'http://127.0.0.1:1', secret: 'token-1234567890' });
    await expect(addAgent(core, { name: 'acme', url: 'http://127.0.0.1:2' })).rejects.toMatchObject({
      code: 'name_taken',
    });
    expect(core.secrets.get('agent/acme')).toBe('token-1234567890');
    await removeAgent(core, 'acme');
    expect(core.secrets.get('agent/acme')).toBeNull();
  });
});
