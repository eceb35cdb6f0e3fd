import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostmaster } from '../../../electron/servers/postmaster.ts';

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'rockpool-postmaster-'));
});

afterEach(() => rmSync(data, { recursive: true }));

function leave(text: string): void {
  writeFileSync(join(data, 'postmaster.pid'), text);
}

describe('a postmaster.pid', () => {
  it('that is not there means that nothing runs, also where the folder is gone', () => {
    expect(findPostmaster(data)).toEqual({ state: 'none' });
    expect(findPostmaster(join(data, 'gone'))).toEqual({ state: 'none' });
  });

  it('with the number of a process that is no postgres stands for nobody (E9)', () => {
    leave(`${process.pid}\n${data}\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n`);
    expect(findPostmaster(data)).toEqual({ state: 'left', by: 'stranger', pid: process.pid });
  });

  it('with the number of no process stands for nobody (E9)', () => {
    leave(`4194305\n${data}\n`);
    expect(findPostmaster(data)).toEqual({ state: 'left', by: 'dead', pid: 4_194_305 });
  });

  it.each(['', '\n', 'abc\n', '-1\n', '0\n', '1.5\n'])('that holds %j stands for nobody (E9)', (text) => {
    leave(text);
    expect(findPostmaster(data)).toEqual({ state: 'left', by: 'empty', pid: null });
  });
});
