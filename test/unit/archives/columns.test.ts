import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutColumns } from '../../../electron/archives/columns.ts';
import { readAll, streamOf } from '../../support/csv.ts';
import { full } from '../../support/skip.ts';

const field = fc.constantFrom(
  '',
  '1',
  'abc',
  '""',
  '"a,b"',
  '"x ""y"" z"',
  '"two\nlines"',
  '"cr\r\nlf"',
  'é',
  '"\r"',
);
const width = 5;
const records = fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 12 });
const someColumns = fc.subarray([0, 1, 2, 3, 4], { minLength: 1, maxLength: 4 });

function write(rows: readonly (readonly string[])[], eol: string, ended: boolean): string {
  const text = rows.map((row) => row.join(',') + eol).join('');
  return ended ? text : text.slice(0, -eol.length);
}

describe('dropping columns', () => {
  it('leaves every other byte as it was, at any cut of the stream', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        someColumns,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 7 })),
        async (rows, dropped, eol, ended, sizes) => {
          const kept = rows.map((row) => row.filter((_, index) => !dropped.includes(index)));
          const body = withoutColumns(streamOf(write(rows, eol, ended), sizes), dropped);
          expect(await readAll(body)).toBe(rows.length === 0 ? '' : write(kept, eol, ended));
        },
      ),
      { numRuns: full ? 10_000 : 500 },
    );
  });

  it('gives the same stream back where nothing is to be dropped', () => {
    const body = streamOf('1,2\n');
    expect(withoutColumns(body, [])).toBe(body);
  });

  it('refuses a record that ends before the column, with its number and none of its values (F5)', async () => {
    const body = withoutColumns(streamOf('1,2,3\n4,Ada\n'), [2], 'table-a.csv');
    const error = await readAll(body).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'csv_invalid',
      detail: { file: 'table-a.csv', record: 2, fields: 2 },
    });
    expect((error as Error).message).not.toContain('Ada');
  });

  it('refuses such a record at the end of a file too', async () => {
    await expect(readAll(withoutColumns(streamOf('1,2,3\n4'), [1]))).rejects.toMatchObject({
      code: 'csv_invalid',
    });
  });

  it('keeps what is too much in a record, so that the load refuses it', async () => {
    expect(await readAll(withoutColumns(streamOf('1,2,3,4\n'), [1]))).toBe('1,3,4\n');
  });

  it('fails with what its source fails with', async () => {
    const source = streamOf('1,2\n');
    const body = withoutColumns(source, [0]);
    source.destroy(new Error('the disk is gone'));
    await expect(readAll(body)).rejects.toThrow('the disk is gone');
  });
});
