import { describe, expect, it } from 'vitest';
import { connectTarget } from '../../../../electron/archives/dumps/psql-commands.ts';

describe('the database that a \\connect leads to', () => {
  it.each([
    ['\\connect shop', 'shop'],
    ['\\connect shop \r', 'shop'],
    ['\\connect "Odd ""name"', 'Odd "name'],
    [`\\connect -reuse-previous=on "dbname='odd ""name'"`, 'odd "name'],
    [`\\connect -reuse-previous=on "dbname='it\\'s \\\\ x'"`, "it's \\ x"],
  ])('is read as pg_dump and pg_dumpall write it: %s', (line, name) => {
    expect(connectTarget(line)).toBe(name);
  });

  it.each([
    '\\connect shop boss',
    '\\connect `id`',
    "\\connect 'host=elsewhere'",
    `\\connect -reuse-previous=on "dbname='shop' host='elsewhere'"`,
    '\\connect',
    '\\c shop',
    '\\! connect shop',
  ])('is not read of anything more: %s (C1)', (line) => {
    expect(connectTarget(line)).toBeNull();
  });
});
