import { appendFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followLog, logSize, readLogFrom, rotateLog } from '../../../electron/servers/logs.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rockpool-logs-'));
  file = join(folder, 'server-embedded.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function linesOf(): Promise<string[]> {
  const lines: string[] = [];
  await followLog(file, { follow: false }, (line) => lines.push(line));
  return lines;
}

describe('the log of a server', () => {
  it('is empty where there is none', async () => {
    expect(await linesOf()).toEqual([]);
    expect(readLogFrom(file, 0)).toBe('');
  });

  it('is handed over by lines, the unfinished last one too', async () => {
    writeFileSync(file, 'one\ntwo\nthr');
    expect(await linesOf()).toEqual(['one', 'two', 'thr']);
  });

  it('of great length is handed over by its last whole lines', async () => {
    writeFileSync(file, [...Array(3).fill('ä'.repeat(50_000)), 'last', ''].join('\n'));
    expect(await linesOf()).toEqual(['last']);
  });

  it('is redacted on its way (F6)', async () => {
    writeFileSync(file, 'connection of jane.roe@example.org with password=hunter2hunter2\n');
    expect((await linesOf()).join()).not.toMatch(/jane|hunter2/);
    expect(readLogFrom(file, 0)).not.toMatch(/jane|hunter2/);
  });

  it('is followed as it grows, through letters cut in two and into a new file', async () => {
    writeFileSync(file, 'old\n');
    const lines: string[] = [];
    const ending = new AbortController();
    let heard = (): void => {};
    const until = async (line: string): Promise<void> => {
      while (!lines.includes(line)) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    };
    const following = followLog(file, { follow: true, signal: ending.signal }, (line) => {
      lines.push(line);
      heard();
    });
    await until('old');
    const letter = Buffer.from('ö\n');
    appendFileSync(file, letter.subarray(0, 1));
    appendFileSync(file, letter.subarray(1));
    await until('ö');
    renameSync(file, `${file}.old`);
    writeFileSync(file, 'new\n');
    await until('new');
    ending.abort();
    await following;
    expect(lines).toEqual(['old', 'ö', 'new']);
  });

  it('is begun anew once it has grown too long', () => {
    writeFileSync(file, 'short\n');
    rotateLog(file);
    expect(logSize(file)).toBe(6);
    writeFileSync(file, Buffer.alloc(10 * 1024 * 1024 + 1, 'x'));
    rotateLog(file);
    expect(logSize(file)).toBe(0);
    expect(existsSync(join(folder, 'server-embedded.1.log'))).toBe(true);
  });
});
