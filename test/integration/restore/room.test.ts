import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeArchive } from '../../support/archive-writer.ts';
import { contentsOf } from '../../support/contents.ts';
import { openCached } from '../../support/dumps.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

it('ends a bomb of rows while it is unpacked, and leaves nothing (C22)', async () => {
  const rows = `${'x'.repeat(999)}\n`.repeat(60_000);
  const bomb = writeArchive(
    [
      { kind: 'TABLE', name: 't', sql: 'CREATE TABLE public.t (a text);\n' },
      { kind: 'TABLE DATA', name: 't', copy: 'COPY public.t (a) FROM stdin;\n', rows },
    ],
    { compression: 'gzip' },
  );
  expect(bomb.length).toBeLessThan(rows.length / 300);
  const { server } = bench.postgres;
  // As on a disk where no more than that is free beside what has to stay free.
  Object.assign(server, { freeBytes: async () => 1024 ** 3 + 10e6 });
  const before = await bench.strays();
  const contents = await openCached(bench.core, { a: bomb });
  await expect(bench.restore(contents)).rejects.toMatchObject({ code: 'space_needed' });
  expect(await bench.strays()).toEqual(before);
});

it('ends rows that a statement makes itself once the disk has no more to spare, also where it takes no cancel (C13, C22)', async () => {
  const { server } = bench.postgres;
  const bombs = [
    'CREATE TABLE public.bomb AS SELECT g, repeat(md5(g::text), 60) AS t FROM generate_series(1, 1000000000) g;',
    `CREATE TABLE public.t (a text);
     DO $$ BEGIN LOOP BEGIN INSERT INTO public.t SELECT repeat(md5(g::text), 60) FROM generate_series(1, 1000000) g;
       EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;`,
  ];
  for (const bomb of bombs) {
    const whole = 1024 ** 3 + 50e6;
    let asked = 0;
    Object.assign(server, { freeBytes: async () => whole - asked++ * 20e6 });
    const before = await bench.strays();
    const contents = contentsOf(bomb);
    await expect(bench.restore(contents)).rejects.toMatchObject({ code: 'space_needed' });
    expect(await bench.strays()).toEqual(before);
  }
});
