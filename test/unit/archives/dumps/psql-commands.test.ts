import { describe, expect, it } from 'vitest';
import { connectTarget, readPsqlCommand } from '../../../../electron/archives/dumps/psql-commands.ts';

describe('the database that a \\connect leads to', () => {
  it.each([
    ['\\connect shop', 'shop'],
    ['\\connect shop \r', 'shop'],
    ['\\connect shop;', 'shop'],
    ['\\c shop', 'shop'],
    ['\\c shop;', 'shop'],
    ['\\c "shop";', 'shop'],
    ["\\c 'shop'", 'shop'],
    ['\\connect shop boss', 'shop'],
    ['\\connect "Odd ""name"', 'Odd "name'],
    [`\\connect -reuse-previous=on "dbname='odd ""name'"`, 'odd "name'],
    [`\\connect -reuse-previous=on "dbname='it\\'s \\\\ x'"`, "it's \\ x"],
  ])('is read as pg_dump, pg_dumpall and people write it: %s', (line, name) => {
    expect(connectTarget(line)).toBe(name);
  });

  it.each(['\\connect', '\\c', '\\c - boss', '\\connect -'])('stays the same after %s', (line) => {
    expect(readPsqlCommand(line)).toEqual({ kind: 'connect', database: null });
  });

  it.each([
    '\\connect `id`',
    "\\connect 'host=elsewhere'",
    '\\connect shop boss elsewhere',
    '\\connect shop boss elsewhere 5433',
    '\\connect postgres://elsewhere/shop',
    '\\connect :name',
    `\\connect -reuse-previous=on "dbname='shop' host='elsewhere'"`,
    '\\c shop \\! id',
    '\\! connect shop',
  ])('is not read of anything more: %s (C1)', (line) => {
    expect(connectTarget(line)).toBeNull();
  });
});

describe('a command of psql', () => {
  it.each([
    ['\\set name value', { kind: 'set', name: 'name', value: 'value' }],
    ["\\set name 'it''s' ' two'", { kind: 'set', name: 'name', value: "it's two" }],
    ['\\set name', { kind: 'set', name: 'name', value: '' }],
    ['\\set ON_ERROR_STOP on', { kind: 'set', name: 'ON_ERROR_STOP', value: 'on' }],
    ['\\set AUTOCOMMIT on', { kind: 'set', name: 'AUTOCOMMIT', value: 'on' }],
    ['\\unset name', { kind: 'set', name: 'name', value: null }],
    ['\\encoding LATIN1', { kind: 'encoding', encoding: 'LATIN1' }],
    ["\\echo 'Loading \\'users\\' …'", { kind: 'nothing' }],
    ['\\qecho done', { kind: 'nothing' }],
    ['\\pset pager off', { kind: 'nothing' }],
    ['\\timing', { kind: 'nothing' }],
    ['\\restrict abc', { kind: 'nothing' }],
    ['\\unrestrict abc\r', { kind: 'nothing' }],
  ] as const)('that only sets or says something is followed: %s', (line, command) => {
    expect(readPsqlCommand(line)).toEqual(command);
  });

  it.each([
    ['runs a program', '\\! id'],
    ['runs a program inside of another', '\\echo `id`'],
    ['runs a program for a variable', '\\set x `id`'],
    ['reads a file', '\\i other.sql'],
    ['reads a file beside it', '\\ir other.sql'],
    ['writes a file', '\\o out.txt'],
    ['copies', '\\copy t from x'],
    ['changes when statements end', '\\set SINGLELINE on'],
    ['changes when work is kept', '\\set AUTOCOMMIT off'],
    ['runs what a query returns', '\\gexec'],
    ['chooses what is run', '\\if true'],
    ['is two', '\\echo a \\! id'],
    ['has no end', "\\echo 'a"],
    ['takes a variable', '\\set a :b'],
    ['is none', '\\'],
    ['is a row', '\\N\tsomebody@example.org'],
  ])('that %s is not followed (C1)', (_what, line) => {
    expect(readPsqlCommand(line)).toBeNull();
  });
});
