import { describe, expect, it } from 'vitest';
import type { Promised } from '../../../electron/archives/meter.ts';
import { inOrder } from '../../../electron/archives/order.ts';

const megabyte = 1024 * 1024;

const files = (sizes: Record<string, number | null>): Promised[] =>
  Object.entries(sizes).map(([name, sizeBytes]) => ({
    file: { name, sizeBytes } as Promised['file'],
    lines: sizeBytes === null ? 100 : null,
  }));

const namesOf = (promised: readonly Promised[]): string =>
  promised.map(({ file }) => file.name.replace(/^table-|\.csv$/g, '')).join(' ');

describe('the order in which files are pulled', () => {
  it('is scripts, then tables, the biggest first', () => {
    const wanted = files({
      'table-a.csv': 10,
      'schema-a.sql': 5000,
      'table-b.csv': 900 * megabyte,
      'table-c.csv': null,
      'table-d.csv': 20 * megabyte,
    });
    expect(namesOf(inOrder(wanted))).toBe('schema-a.sql b d c a');
  });

  it('begins with two that are loaded while the big ones come, where there are enough; tiny ones stay last', () => {
    const wanted = files({
      'table-a.csv': 40 * megabyte,
      'table-b.csv': 5 * megabyte,
      'table-c.csv': 30 * megabyte,
      'table-d.csv': 7 * megabyte,
      'table-e.csv': 20 * megabyte,
      'table-tiny.csv': 1000,
    });
    expect(namesOf(inOrder(wanted))).toBe('b d a c e tiny');
  });
});
