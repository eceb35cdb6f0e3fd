import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProfiles, writeProfiles } from '../../../electron/demo/exchange.ts';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,20}$/);
const key = fc
  .stringMatching(/^[a-z_][a-z0-9_]{0,12}$/)
  .filter((text) => text !== 'profile' && text !== '__proto__');
const profiles = fc
  .uniqueArray(fc.tuple(name, fc.dictionary(key, fc.string({ unit: 'grapheme' }), { maxKeys: 5 })), {
    selector: ([text]) => text,
    maxLength: 5,
  })
  .map((pairs) => pairs.map(([text, values]) => ({ name: text, values: { ...values } })));

describe('profiles in a file', () => {
  it.each(['json', 'csv'] as const)(
    'come back from %s as they were, empty and absent values too',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(profiles, async (written) => {
          const byName = (list: readonly { name: string }[]) =>
            list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
          expect(byName(await readProfiles(writeProfiles(written, format), format))).toEqual(byName(written));
        }),
      );
    },
  );

  it('are read as a spreadsheet writes them', async () => {
    const text =
      '\ufeffprofile,company_name,logo\nglobex,"Globex, Inc.",\ninitech,Initech,https://x.example\n';
    expect(await readProfiles(text, 'csv')).toEqual([
      { name: 'globex', values: { company_name: 'Globex, Inc.' } },
      { name: 'initech', values: { company_name: 'Initech', logo: 'https://x.example' } },
    ]);
  });

  it.each([
    ['json', '{"a": {"b": 1}}', 'format_unknown'],
    ['json', 'not json', 'format_unknown'],
    ['csv', 'name,x\na,1\n', 'csv_header_missing'],
    ['csv', 'profile,x\na,1,2\n', 'csv_invalid'],
    ['csv', 'profile,x\n"a,1\n', 'csv_invalid'],
    ['json', '{"../x": {}}', 'name_invalid'],
  ] as const)('that are no profiles are refused: %s %s', async (format, text, code) => {
    await expect(readProfiles(text, format)).rejects.toMatchObject({ code });
  });
});
