import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate, setVariables } from '../../../electron/project/env.ts';

describe('an env file', () => {
  it('has its own lines replaced where they stand, and all else stays byte for byte', () => {
    const before =
      '# DATABASE_URL=no\n\nexport DATABASE_URL = "old" \r\nOTHER=a=b # c\nDATABASE_URL_2=x\nLAST=y';
    expect(setVariables(before, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/a', NEW: 'it is' })).toBe(
      "# DATABASE_URL=no\n\nexport DATABASE_URL =postgres://a:b@127.0.0.1:1/a\r\nOTHER=a=b # c\nDATABASE_URL_2=x\nLAST=y\r\nNEW='it is'\r\n"
        .replace('LAST=y\r\nNEW', 'LAST=y\nNEW')
        .replace("'it is'\r\n", "'it is'\n"),
    );
  });

  it('is the same after it was written again', () => {
    const line = fc.stringMatching(/^[ -~]{0,20}$/);
    const file = fc.tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean());
    fc.assert(
      fc.property(file, fc.string(), ([lines, ending, closed], value) => {
        const text = lines.join(ending) + (closed && lines.length > 0 ? ending : '');
        const once = setVariables(text, { ROCKPOOL_URL: value });
        expect(setVariables(once, { ROCKPOOL_URL: value })).toBe(once);
        expect(once.startsWith(text)).toBe(true);
      }),
    );
  });

  it('keeps a value on one line, whatever is in it', () => {
    for (const value of ['it\'s\n$HOME `x` \\ "q"', 'a b', '#no comment', 'ünï']) {
      expect(setVariables('', { A: value }).trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it('gets the parts of a connection, and refuses what there is not', () => {
    const install = {
      name: 'acme',
      source: null,
      dataset: 'd',
      revision: '1',
      server: 'embedded',
      host: '127.0.0.1',
      port: 54017,
      database: 'acme',
      user: 'acme',
      url: 'postgres://acme:pass@127.0.0.1:54017/acme',
      sizeBytes: 0,
      tables: 0,
      rows: 0,
    };
    expect(fillTemplate('{{user}}:{{ password }}@{{host}}:{{port}}/{{database}} {{url}}', install)).toBe(
      'acme:pass@127.0.0.1:54017/acme postgres://acme:pass@127.0.0.1:54017/acme',
    );
    expect(() => fillTemplate('{{secret}}', install)).toThrow('{{secret}}');
  });
});
