import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openFilestore } from '../../../electron/sources/filestore.ts';
import { openPublished, workflow } from '../../support/publishing.ts';

describe('what answers in place of a file store', () => {
  it.each([
    ['a sign-in page (D3)', { page: true }, 'source_invalid'],
    ['a redirect to another host (D11)', { redirect: 'https://login.example.com/?next=x' }, 'source_invalid'],
    ['something with another answer', { text: '{"ok":true}' }, 'source_invalid'],
    ['a gateway that asks who is there (D10)', { status: 401 }, 'source_denied'],
    ['a proxy that forbids (D10)', { status: 403 }, 'source_denied'],
    ['a store that fails inside', { status: 400 }, 'source_invalid'],
    ['a store that is overloaded for good (D10)', { status: 503 }, 'source_unreachable'],
  ] as const)('is told: %s', async (_what, fault, code) => {
    await using published = await openPublished();
    published.store.fault = () => fault;
    await expect(published.reader.check()).rejects.toMatchObject({ code, hint: expect.any(String) });
    const failure = published.reader.publication(workflow, 'latest');
    // A listing may hold any text, so what is no listing at all shows as a folder without files.
    await expect(failure).rejects.toMatchObject({ code: 'text' in fault ? 'source_empty' : code });
  });

  it('is never followed to another host (D11)', async () => {
    await using published = await openPublished();
    await using other = await openPublished();
    published.store.fault = () => ({ redirect: `${other.store.url}/file/${workflow}` });
    await expect(published.reader.publication(workflow, 'latest')).rejects.toMatchObject({
      code: 'source_invalid',
    });
    expect(other.store.requests).toEqual([]);
  });

  it('is asked again where that may help, and only there (D10)', async () => {
    await using published = await openPublished();
    const { store, reader } = published;
    store.fault = ({ kind, count }) => (kind === 'listing' && count < 3 ? { status: 503 } : null);
    expect((await reader.publication(workflow, 'latest')).files).toHaveLength(6);
    const before = store.requests.length;
    store.fault = () => ({ status: 403 });
    await expect(reader.check()).rejects.toMatchObject({ code: 'source_denied' });
    expect(store.requests.length - before).toBe(1);
  });

  it('is not believed on lines that are no number', async () => {
    await using published = await openPublished();
    published.store.fault = ({ kind }) => (kind === 'lines' ? { text: 'many' } : null);
    await expect(published.reader.publication(workflow, 'latest')).rejects.toMatchObject({
      code: 'source_invalid',
    });
  });

  it('is given up after a silence (D9)', async () => {
    await using published = await openPublished();
    published.store.fault = () => ({ silence: true });
    const reader = openFilestore(published.store.url, { idleTimeoutMs: 100, retryDelayMs: 1 });
    await expect(reader.check()).rejects.toMatchObject({ code: 'source_unreachable' });
  });

  it('is given up at once when somebody cancels', async () => {
    await using published = await openPublished();
    const stop = new AbortController();
    published.store.fault = () => {
      stop.abort(new Error('cancelled by somebody'));
      return { silence: true };
    };
    await expect(published.reader.publication(workflow, 'latest', stop.signal)).rejects.toThrow(
      'cancelled by somebody',
    );
  });

  it('is told apart: nothing, no such host, no HTTP, no TLS, a port that is refused', async () => {
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example.com ESMTP\r\n', () => socket.destroySoon());
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const messageOf = async (url: string) => {
      const error = await openFilestore(url, { retryDelayMs: 1 })
        .check()
        .catch((thrown: unknown) => thrown as Error & { code: string; hint: string });
      if (typeof error === 'string') throw new Error(`${url} was taken for a file store`);
      return { code: error.code, message: error.message, hint: error.hint };
    };
    try {
      expect(await messageOf(`http://127.0.0.1:${port}`)).toMatchObject({
        code: 'source_invalid',
        message: expect.stringContaining('does not speak HTTP'),
      });
      expect(await messageOf(`https://127.0.0.1:${port}`)).toMatchObject({
        code: 'source_unreachable',
        message: expect.stringContaining('TLS'),
      });
    } finally {
      listener.close();
      await once(listener, 'close');
    }
    expect(await messageOf(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('nothing listens'),
      hint: expect.stringContaining('port-forward'),
    });
    expect(await messageOf('http://no-such-host.invalid:3000')).toMatchObject({ code: 'source_unreachable' });
    expect(await messageOf('http://127.0.0.1:9')).toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('no HTTP client may use'),
    });
  });
});
