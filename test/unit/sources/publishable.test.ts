import { describe, expect, it } from 'vitest';
import { pickPublishable, requirePublished } from '../../../electron/sources/publishable.ts';

describe('what may be taken of a folder', () => {
  it('never holds raw files or deltas, in whatever case they are written', () => {
    const { names, raw } = pickPublishable([
      'dump-public.person.csv',
      'DUMP-public.person.csv',
      'delta-table-public.person-new.csv',
      'delta-table-public.person-updated.csv',
      'table-public.person.csv',
      'schema-public.sql',
      'schema-public-drop-constraints.sql',
      'schema-public-restore-constraints.sql',
      'schema-public-set-sequences.sql',
      'notes.txt',
    ]);
    expect(raw).toBe(true);
    expect(names).toEqual([
      'schema-public-drop-constraints.sql',
      'schema-public-restore-constraints.sql',
      'schema-public-set-sequences.sql',
      'schema-public.sql',
      'table-public.person.csv',
    ]);
  });

  it.each([
    ['file store', ['schema-public.sql', 'table-public.a.csv']],
    ['data repository', ['schema-Album.sql', 'table-Album.csv']],
    ['CSV files', ['table-public.a.csv']],
    ['whole dump', ['complete-dump.sql', 'dump-public.a.csv']],
    ['whole dump', ['toc.dat', '3405.dat.gz', 'blobs_12.toc', 'blob_16386.dat.gz']],
  ])('tells a %s by its names', (format, names) => {
    expect(pickPublishable(names).format).toBe(format);
  });

  it('leaves a whole dump where the tables are, which hold the same', () => {
    expect(pickPublishable(['complete-dump.sql', 'table-public.a.csv']).names).toEqual([
      'table-public.a.csv',
    ]);
  });

  it("takes of pg_dump's directory format what pg_dump writes, and nothing else", () => {
    expect(pickPublishable(['toc.dat', '3405.dat.gz', 'notes.txt', '../x.dat']).names).toEqual([
      '3405.dat.gz',
      'toc.dat',
    ]);
  });

  it.each([
    ['source_only_raw', ['dump-public.a.csv', 'schema-public.sql']],
    ['source_empty', ['notes.txt', 'schema-public.sql']],
    ['source_empty', []],
    ['unsafe_name', ['table-..csv.csv', 'table-public.a.csv']],
    ['unsafe_name', ['table-public.a\t.csv']],
    ['unsafe_name', ['table-public.\\a.csv']],
  ])('is the error %s for %j', (code, names) => {
    expect(() => requirePublished(pickPublishable(names), 'here')).toThrow(expect.objectContaining({ code }));
  });
});
