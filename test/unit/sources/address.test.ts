import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../electron/sources/address.ts';
import { readStoreUrl } from '../../../electron/sources/filestore-url.ts';

describe('the address of a source', () => {
  it.each([
    ['./exports', pathToFileURL(join(process.cwd(), 'exports')).href],
    ['/data/a b', 'file:///data/a%20b'],
    ['~/exports', pathToFileURL(join(homedir(), 'exports')).href],
    ['file:///data/a%20b', 'file:///data/a%20b'],
  ])('%s is a folder', (text, url) => {
    expect(readAddress(text)).toEqual({ kind: 'folder', url });
  });

  it.each([
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['HTTPS://Example.com/agent//', 'https://example.com/agent'],
    ['http://127.0.0.1:3000/file/abc/', 'http://127.0.0.1:3000/file/abc'],
  ])('%s is a file store', (text, url) => {
    expect(readAddress(text)).toEqual({ kind: 'filestore', url });
  });

  it.each(['ftp://host/x', 'http://', 'file://other-host/share'])('is not %s', (text) => {
    expect(() => readAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each(['http://127.0.0.1:3000/file/wf?token=aVeryLongSecret', 'https://nas/files#aVeryLongSecret'])(
    'with more than a path is refused without showing it: %#',
    (text) => {
      expect(() => readAddress(text)).toThrow(
        expect.objectContaining({ code: 'usage', hint: expect.stringContaining('Leave out') }),
      );
      expect(() => readAddress(text)).not.toThrow(/aVeryLongSecret/);
    },
  );

  it('with a password is refused without showing it (F4)', () => {
    const thrown = (() => {
      try {
        return readAddress('http://user:hunter2hunter2@127.0.0.1:3000');
      } catch (error) {
        return error as Error;
      }
    })();
    expect(thrown).toMatchObject({ code: 'usage' });
    expect(JSON.stringify(thrown) + String((thrown as Error).message)).not.toContain('hunter2');
  });
});

describe('the addresses of a file store', () => {
  const id = '8f1c2d3e-6a4b-4c5d-9e7f-0a1b2c3d4e5f';

  it.each([
    ['http://h:1', 'http://h:1', null],
    ['http://h:1/file', 'http://h:1', null],
    ['http://h:1/file/abc', 'http://h:1', 'abc'],
    [`http://h:1/${id}`, 'http://h:1', id],
    [`http://h:1/agent/file/${id}`, 'http://h:1/agent', id],
    ['http://h:1/agent', 'http://h:1/agent', null],
  ])('are read from %s', (address, origin, workflow) => {
    expect(readStoreUrl(address)).toMatchObject({ origin, workflow });
  });

  it('have one encoded segment for a whole path, byte for byte (D12)', () => {
    const url = readStoreUrl('http://h:1');
    expect(url.file('w 1', 'table-a%b#c?d+e é.csv')).toBe(
      'http://h:1/file/w%201%2Ftable-a%25b%23c%3Fd%2Be%20%C3%A9.csv',
    );
    expect(url.file('w', 'e\u0301')).not.toBe(url.file('w', '\u00e9'));
    expect(url.lines('w', 'a.csv')).toBe('http://h:1/file/w%2Fa.csv/wc');
  });
});
