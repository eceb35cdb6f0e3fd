import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tellUser } from '../../../electron/installs/becoming.ts';
import { sampleRequest, wishOf } from '../../../electron/installs/request.ts';
import { makeCore } from '../../support/core.ts';

describe('the record of a job', () => {
  it('remembers what was asked for, with paths that mean the same from anywhere', async () => {
    using made = makeCore();
    const { asked } = await wishOf(made.core, { ...sampleRequest, dataset: './exports' });
    expect(asked).toMatchObject({ dataset: resolve('exports'), name: 'demo' });
  });

  it.each(['?X-Amz-Signature=0123456789abcdef', '?code=0123456789abcdef', '#0123456789abcdef'])(
    'remembers no link that may be signed: %s (F5)',
    async (tail) => {
      using made = makeCore();
      const dataset = `s3://exports/acme${tail}`;
      expect((await wishOf(made.core, { ...sampleRequest, dataset })).asked).toBeNull();
    },
  );

  it.each([
    ['17', '17'],
    ['5b8f6c1e-0d0a-4f0e-9a57-3f0c2a1f9e11', '5b8f6c1e-0d0a-4f0e-9a57-3f0c2a1f9e11'],
    ['jane.doe', null],
    ['jane@example.com', null],
    ['Jane Doe', null],
  ])('says of a user called %j %j', (wanted, told) => {
    expect(tellUser(wanted)).toBe(told);
  });
});
