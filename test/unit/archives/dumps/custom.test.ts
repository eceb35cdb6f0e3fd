import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfBuffer } from '../../../../electron/archives/dumps/bytes.ts';
import { openCustom } from '../../../../electron/archives/dumps/custom.ts';
import { contentsOfDump } from '../../../../electron/archives/dumps/dumped.ts';
import { isRockpoolError } from '../../../../electron/contract/errors.ts';
import { type WriterOptions, type WrittenEntry, writeArchive } from '../../../support/archive-writer.ts';
import { readRows } from '../../../support/dumps.ts';
import { full } from '../../../support/skip.ts';

const films = Array.from(
  { length: 3000 },
  (_, id) => `${id}\tfilm ${id % 7} and ${(id * 7919) % 1000}\n`,
).join('');
const shop: WrittenEntry[] = [
  { kind: 'TABLE', name: 'film', sql: 'CREATE TABLE public.film (\n  id integer,\n  title text\n);\n' },
  { kind: 'TABLE', name: 'empty', sql: 'CREATE TABLE public.empty (\n  id integer\n);\n' },
  { kind: 'TABLE DATA', name: 'film', copy: 'COPY public.film (id, title) FROM stdin;\n', rows: films },
  { kind: 'TABLE DATA', name: 'empty', copy: 'COPY public.empty (id) FROM stdin;\n', rows: '' },
  { kind: 'ACL', name: 'TABLE film', sql: 'GRANT SELECT ON TABLE public.film TO boss;\n' },
];

async function open(archive: Buffer) {
  return await contentsOfDump(await openCustom(bytesOfBuffer(archive, 'shop.dump')), null);
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    if (isRockpoolError(error)) return error.code;
    throw error;
  }
}

describe('a dump in custom format', () => {
  const written: WriterOptions[] = [12, 13, 14, 15, 16].flatMap((minor) =>
    (minor < 15 ? (['none', 'gzip'] as const) : (['none', 'gzip', 'lz4', 'zstd'] as const)).flatMap(
      (compression) => [true, false].map((offsets) => ({ minor, compression, offsets })),
    ),
  );

  it.each(written)('gives its rows: %o', async (options) => {
    expect(await readRows(await open(writeArchive(shop, options)))).toEqual({
      'public.film': films,
      'public.empty': '',
    });
  });

  it('tells what was left out and why', async () => {
    expect((await open(writeArchive(shop))).skipped).toEqual([
      { what: 'grant', name: 'TABLE film', reason: 'roles of the original are not here' },
    ]);
  });

  it('names an object without its schema only under the search path of old versions', async () => {
    const contents = await open(writeArchive(shop, { minor: 12 }));
    expect(await contents.scripts[0]?.read()).toContain('SET search_path = "public", pg_catalog');
  });

  it('gives large objects, whole and in their order', async () => {
    const objects = { 16385: 'one', 16390: 'x'.repeat(20_000), 20000: '' };
    const archive = writeArchive([{ kind: 'BLOBS', name: 'BLOBS', objects }], {
      minor: 16,
      compression: 'zstd',
    });
    const found: Record<number, string> = {};
    for (const { open: list } of (await open(archive)).largeObjects ?? []) {
      for await (const { oid, body } of list()) {
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(chunk);
        found[oid] = Buffer.concat(chunks).toString();
      }
    }
    expect(found).toEqual(objects);
  });

  it('decodes its definitions, and hands its rows on in its own encoding', async () => {
    const contents = await open(
      writeArchive(
        [
          { kind: 'TABLE', name: 'größe', sql: 'CREATE TABLE public."größe" (id integer);\n' },
          {
            kind: 'TABLE DATA',
            name: 'größe',
            copy: 'COPY public."größe" (id) FROM stdin;\n',
            rows: '\xe4\n',
          },
        ],
        { encoding: 'LATIN1' },
      ),
    );
    expect(contents.encoding).toBe('LATIN1');
    expect(await contents.scripts[0]?.read()).toContain('CREATE TABLE public."größe"');
    expect(await readRows(contents)).toEqual({ 'public.größe': '\xe4\n' });
  });

  it.each([
    [1, 17, '1.17'],
    [2, 0, '2.0'],
    [1, 11, '1.11'],
  ])('of version %i.%i is refused with both versions named (C19)', async (major, minor, version) => {
    const archive = writeArchive(shop);
    archive[5] = major;
    archive[6] = minor;
    await expect(open(archive)).rejects.toMatchObject({
      code: 'format_unknown',
      message: expect.stringMatching(`${version}.*1.12 to 1.16`),
    });
  });

  it('is refused where a command of psql stands in a definition (C1)', async () => {
    const hostile = [{ kind: 'TABLE', name: 'a', sql: 'CREATE TABLE a (id int);\n\\! touch /tmp/x\n' }];
    const contents = await open(writeArchive(hostile));
    await expect(contents.scripts[0]?.statements?.()).rejects.toMatchObject({ code: 'sql_refused' });
  });

  it('is damaged where a table is listed and its rows are absent', async () => {
    const archive = writeArchive([{ kind: 'TABLE DATA', name: 'a', copy: 'COPY a FROM stdin;\n' }]);
    await expect(open(archive)).rejects.toMatchObject({ code: 'archive_damaged' });
  });

  it.each(['none', 'gzip', 'lz4', 'zstd'] as const)(
    'compressed %s and cut anywhere is an error, never fewer rows',
    async (compression) => {
      const archive = writeArchive(shop.slice(0, 3), { minor: 16, compression });
      const runs = full ? 500 : 60;
      for (let run = 0; run < runs; run++) {
        const length = Math.floor((archive.length * run) / runs);
        const code = await codeOf(async () => readRows(await open(archive.subarray(0, length))));
        expect([length, code]).toEqual([length, expect.stringMatching(/archive_damaged|format_unknown/)]);
      }
    },
  );

  it('with a mutated table of contents is read or refused, and never crashes or hangs (C17)', async () => {
    const archive = writeArchive(shop, { minor: 16, compression: 'gzip' });
    const tocBytes = archive.indexOf(Buffer.from('GRANT')) + 200;
    const mutation = fc.array(fc.tuple(fc.nat(tocBytes), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(mutation, async (changes) => {
        const mutated = Buffer.from(archive);
        for (const [at, byte] of changes) mutated[at] = byte;
        let rows: Record<string, string> = {};
        const code = await codeOf(async () => {
          const contents = await open(mutated);
          await contents.scripts[0]?.statements?.();
          rows = await readRows(contents);
        });
        if (code !== 'none') return;
        for (const text of Object.values(rows)) expect([films, '']).toContain(text);
      }),
      { numRuns: full ? 2000 : 300, seed: 8 },
    );
  });

  it('asks for no more memory than the file has bytes, whatever its lengths claim (C17)', async () => {
    const archive = writeArchive(shop);
    const at = archive.indexOf('CREATE TABLE public.film') - 4;
    archive.writeUInt32LE(0xfffffff0, at);
    await expect(open(archive)).rejects.toMatchObject({
      code: 'archive_damaged',
      detail: { offset: expect.any(Number) },
    });
  });
});
