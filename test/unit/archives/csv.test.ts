import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCsv } from '../../../electron/archives/csv.ts';
import { csvText, readAll, streamOf } from '../../support/csv.ts';
import { full } from '../../support/skip.ts';

const file = 'table-public.person.csv';

describe('opening a table file', () => {
  it('gives the columns, and the rows byte for byte, however the file is cut into chunks', async () => {
    const balanced = csvText.filter((text) => text.split('"').length % 2 === 1);
    await fc.assert(
      fc.asyncProperty(balanced, fc.array(fc.integer({ min: 1, max: 9 })), async (rows, sizes) => {
        const whole = `id,"a ""b"",\n c"\r\n${rows}`;
        const csv = await openCsv(streamOf(whole, sizes), file);
        expect(csv.columns).toEqual(['id', 'a "b",\n c']);
        expect(await readAll(csv.body)).toBe(rows);
        expect(csv.bytes()).toBe(Buffer.byteLength(whole));
      }),
      { numRuns: full ? 3_000 : 200 },
    );
  });

  it('takes a byte order mark off the first column (C23)', async () => {
    const csv = await openCsv(streamOf('\ufeffid,name\n1,a\n', [1]), file);
    expect(csv.columns).toEqual(['id', 'name']);
    expect(await readAll(csv.body)).toBe('1,a\n');
    expect(csv.records()).toBe(1);
  });

  it('counts records of quoted lines, and a last one without a line end', async () => {
    const csv = await openCsv(streamOf('id\n"1\n2"\n3'), file);
    await readAll(csv.body);
    expect(csv.records()).toBe(2);
  });

  it('reads a header alone as a table without rows', async () => {
    for (const text of ['id,name', 'id,name\n', 'id,name\r\n']) {
      const csv = await openCsv(streamOf(text), file);
      expect(csv.columns).toEqual(['id', 'name']);
      expect(await readAll(csv.body)).toBe('');
      expect(csv.records()).toBe(0);
    }
  });

  it.each([
    ['an empty file (C24)', '', 'csv_header_missing'],
    ['a byte order mark alone', '\ufeff', 'csv_header_missing'],
    ['an empty first line', '\n1,2\n', 'csv_header_missing'],
    ['a column without a name', 'id,,name\n', 'csv_header_missing'],
    ['a column that stands twice', 'id,name,id\n', 'csv_header_missing'],
    ['a first line that never ends', 'x,'.repeat(600_000), 'csv_header_missing'],
    ['a header that ends inside quotes (C23)', 'id,"name\n1,2\n', 'csv_invalid'],
    ['old line ends', 'id,name\r1,a\r', 'csv_invalid'],
    ['UTF-16', Buffer.from('\ufeffid,name\n', 'utf16le'), 'csv_invalid'],
    ['bytes that are no UTF-8 (C23)', Buffer.from([0x69, 0xff, 0x0a]), 'csv_invalid'],
    ['a NUL (C23)', 'i\0d\n', 'csv_invalid'],
  ])('refuses %s', async (_what, content, code) => {
    await expect(openCsv(streamOf(content), file)).rejects.toMatchObject({ code });
  });

  it('never shows what stands in a first line that is no header (F5)', async () => {
    const error = await openCsv(streamOf('7,Ada Lovelace,7\n'), file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'csv_header_missing' });
    expect(JSON.stringify(error) + String((error as Error).message)).not.toContain('Lovelace');
  });

  it('fails at the end of a file that ends inside quotes, with the number of the record (C23)', async () => {
    const csv = await openCsv(streamOf('id,name\n1,a\n2,"b\n3,c\n'), file);
    await expect(readAll(csv.body)).rejects.toMatchObject({
      code: 'csv_invalid',
      detail: { file, record: 2 },
    });
  });

  it('fails with what its source fails with, before and behind the header', async () => {
    const broken = (text: string) =>
      Readable.from(
        (async function* () {
          yield Buffer.from(text);
          throw new Error('the disk is gone');
        })(),
        { objectMode: false },
      );
    await expect(openCsv(broken('id,na'), file)).rejects.toThrow('the disk is gone');
    const csv = await openCsv(broken('id\n1\n'), file);
    await expect(readAll(csv.body)).rejects.toThrow('the disk is gone');
  });

  it('stops reading its source when nobody wants the rows any more', async () => {
    let closed = false;
    const source = new Readable({
      read() {
        this.push(Buffer.from('id\n'.repeat(10_000)));
      },
      destroy(error, done) {
        closed = true;
        done(error);
      },
    });
    const csv = await openCsv(source, file);
    csv.body.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
  });
});
