import { describe, expect, it } from 'vitest';
import { closestNames } from '../../../electron/browse/closest.ts';
import { readCondition } from '../../../electron/browse/command.ts';
import { readCursor, writeCursor } from '../../../electron/browse/cursor.ts';
import { readHandle, writeHandle } from '../../../electron/browse/handle.ts';

describe('a condition as it is typed', () => {
  it.each([
    ['id=7', 'id', '=', '7'],
    ['name=a=b', 'name', '=', 'a=b'],
    ['name=', 'name', '=', ''],
    ['at>=2024-01-01', 'at', '>=', '2024-01-01'],
    ['state!=new', 'state', '<>', 'new'],
    ['note=two\nlines', 'note', '=', 'two\nlines'],
  ])('%j is read', (text, column, operator, value) => {
    expect(readCondition(text)).toEqual({ column, operator, values: [value] });
  });

  it.each(['', 'name', '=7'])('%j is refused', (text) => {
    expect(() => readCondition(text)).toThrow('is no condition');
  });
});

describe('the closest names', () => {
  const names = ['users', 'user_roles', 'sales.orders', 'invoices'];

  it('are those that a slip of the fingers makes', () => {
    expect(closestNames('user', names)).toContain('users');
    expect(closestNames('USERS', names)[0]).toBe('users');
    expect(closestNames('ordres', names)).toEqual(['sales.orders']);
    expect(closestNames('invioces', names)).toEqual(['invoices']);
  });

  it('are none where nothing is alike', () => {
    expect(closestNames('zzz', names)).toEqual([]);
  });
});

describe('cursors and handles', () => {
  it('come back as they were written', () => {
    const cursor = { o: 'x', b: true, at: { v: ['ä', null], cut: [], row: null } };
    expect(readCursor(writeCursor(cursor), 'x')).toEqual(cursor);
    expect(readHandle(writeHandle({ t: 16384, c: '(12,3)' }))).toEqual({ t: 16384, c: '(12,3)' });
  });

  it.each(['', 'e30', 'bm90IGpzb24', writeHandle({ t: 1, c: "(1,2)'); DROP TABLE x; --" })])(
    'that nobody wrote are refused: %j',
    (text) => {
      expect(() => readHandle(text)).toThrow('no handle');
      expect(() => readCursor(text, 'x')).toThrow('no cursor');
    },
  );
});
