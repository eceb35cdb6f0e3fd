import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const tables = 12;

/**
 * Publishes a made-up dataset of 12 tables of one shape into a folder, as a data repository's revision; the rows of
 * all together take about `sizeBytes` as CSV. Tables differ in size: none holds more than a quarter.
 */
export async function publishDataset(folder: string, sizeBytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const weights = Array.from({ length: tables }, (_, index) => 1 + (index % 4));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    const name = `t${String(index).padStart(2, '0')}`;
    await writeFile(join(folder, `schema-${name}.sql`), schemaOf(name, index));
    await writeRows(join(folder, `table-${name}.csv`), (sizeBytes * weight) / whole);
  }
}

function schemaOf(name: string, index: number): string {
  const key =
    index === 0
      ? ''
      : `
ALTER TABLE ONLY public.${name} ADD CONSTRAINT ${name}_parent_fkey FOREIGN KEY (parent_id) REFERENCES public.t00(id);`;
  return `SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.${name} (id bigint NOT NULL, parent_id bigint, at timestamp with time zone NOT NULL,
  kind text NOT NULL, amount numeric(12,2), note text);
ALTER TABLE ONLY public.${name} ADD CONSTRAINT ${name}_pkey PRIMARY KEY (id);
CREATE INDEX ${name}_at ON public.${name} USING btree (at);${key}
`;
}

const words = ['lorem', 'ipsum', 'dolor', 'sit', 'amet', 'consectetur', 'adipiscing', 'elit', 'sed', 'do'];

async function writeRows(file: string, sizeBytes: number): Promise<void> {
  await pipeline(Readable.from(rows(sizeBytes)), createWriteStream(file));
}

function* rows(sizeBytes: number): Generator<string> {
  let chunk = 'id,parent_id,at,kind,amount,note\n';
  let written = 0;
  for (let id = 1; written < sizeBytes; id += 1) {
    const day = new Date(Date.UTC(2026, 0, 1) + ((id * 7919) % 31_536_000) * 1000).toISOString();
    const word = words[id % words.length];
    const note = id % 5 === 0 ? '' : `"${word}, ${words[(id * 3) % 10]} ${'x'.repeat(id % 80)}"`;
    const parent = id % 7 === 0 ? '' : String(1 + (id % 1000));
    const line = `${id},${parent},${day},${word},${(id % 100_000) / 100},${note}\n`;
    chunk += line;
    written += line.length;
    if (chunk.length > 256 * 1024) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
