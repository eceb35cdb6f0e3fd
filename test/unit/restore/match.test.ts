import { describe, expect, it } from 'vitest';
import { matchTable } from '../../../electron/restore/match.ts';

const at = (schema: string, name: string) => ({ schema, name });
const data = (schema: string | null, table: string) => ({ file: 'f.csv', schema, table });

describe('matchTable', () => {
  const tables = [
    at('public', 'film'),
    at('sales', 'film'),
    at('public', 'a.b'),
    at('x.y', 'z'),
    at('sales', 'Order'),
  ];

  it.each([
    [data('sales', 'film'), at('sales', 'film')],
    [data(null, 'film'), at('public', 'film')],
    [data(null, 'Order'), at('sales', 'Order')],
    [data('a', 'b'), at('public', 'a.b')],
    [data('x', 'y.z'), at('x.y', 'z')],
    [data('public', 'a.b'), at('public', 'a.b')],
    [data(null, 'a.b'), at('public', 'a.b')],
  ])('finds %j', (file, table) => {
    expect(matchTable(file, tables)).toBe(
      tables.find(({ schema, name }) => schema === table.schema && name === table.name),
    );
  });

  it.each([data(null, 'order'), data('public', 'Order'), data(null, 'none'), data('y', 'z')])(
    'refuses %j',
    (file) => {
      expect(() => matchTable(file, tables)).toThrow(expect.objectContaining({ code: 'schema_missing' }));
    },
  );

  it('refuses a name that two tables could have, and names both', () => {
    const twice = [at('a', 't'), at('b', 't')];
    expect(() => matchTable(data(null, 't'), twice)).toThrow(/a\.t, b\.t/);
    expect(() => matchTable(data('a', 'b.c'), [at('a.b', 'c'), at('x', 'a.b.c')])).toThrow(
      /could be for any/,
    );
  });
});
