import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';

const megabyte = 1024 * 1024;

describe('memory', () => {
  it('stays flat while a table of 200 MB is pulled, inferred and read', async () => {
    using folder = makeFolder();
    const path = join(folder.path, 'big.csv');
    const record = `12345,"some ""quoted"" text, with a\nline end",2024-01-01 00:00:00+00,${'x'.repeat(60)}\n`;
    const records = Math.ceil((200 * megabyte) / record.length);
    const piece = record.repeat(5_000);
    await pipeline(
      Readable.from(
        (function* () {
          yield 'id,body,at,filler\n';
          for (let written = 0; written < records; written += 5_000) yield piece;
        })(),
      ),
      createWriteStream(path),
    );
    await using program = startProgram('read-table', [path], { ROCKPOOL_HOME: join(folder.path, 'home') });
    const [, counted, , grownBytes] = (await program.line('read')).split(' ');
    expect(Number(counted)).toBe(Math.ceil(records / 5_000) * 5_000);
    // Buffers that the collector has not yet taken are most of it; the file itself would be 200 MB.
    expect(Number(grownBytes) / megabyte).toBeLessThan(100);
  });
});
