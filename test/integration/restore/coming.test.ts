import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveContents } from '../../../electron/archives/contents.ts';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const schema = ['a', 'b', 'c']
  .map((name) => `CREATE TABLE public.${name} (id int); CREATE INDEX ${name}_id ON public.${name} (id);`)
  .join('\n');
const rows = `id\n${'1\n'.repeat(1000)}`;

/** Three tables, of which the two biggest are waited for. */
function coming(ready: (signal?: AbortSignal) => Promise<unknown>): ArchiveContents {
  const contents = contentsOf(schema, { 'public.a': rows, 'public.b': rows, 'public.c': 'id\n1\n2\n' });
  const data = contents.data.map((one) => (one.table === 'c' ? one : { ...one, ready }));
  return { ...contents, data };
}

async function hasStatistics(table: string): Promise<boolean> {
  return await bench.asAdmin(async (admin) => {
    const { rows: found } = await admin.query(
      "SELECT 1 FROM pg_catalog.pg_stat_activity WHERE state = 'idle' AND query LIKE 'ANALYZE%' || $1",
      [`"${table}"`],
    );
    return found.length > 0;
  });
}

describe('tables that are still on their way', () => {
  it('keep no session from finishing those that are there, up to their statistics', async () => {
    const watch = async (): Promise<void> => {
      while (!(await hasStatistics('c'))) await wait(10);
    };
    // Asked once for both: the first that goes on takes the session in which it is to be seen.
    let watching: Promise<void> | null = null;
    const untilCIsDone = (): Promise<void> => {
      watching ??= watch();
      return watching;
    };
    const { rows: read } = await bench.restore(coming(untilCIsDone), { connections: 2 });
    const counted = 'SELECT relname, reltuples::int FROM pg_class WHERE relname IN (SELECT unnest($$';
    expect(await read(`${counted}{a,b,c}$$::text[])) ORDER BY 1`)).toEqual([
      ['a', '1000'],
      ['b', '1000'],
      ['c', '2'],
    ]);
  });

  it('end the restore with what kept them from coming, and nothing is left of it', async () => {
    const before = await bench.strays();
    const lost = async (): Promise<never> => {
      throw new RockpoolError('pull_incomplete', 'It was cut.');
    };
    await expect(bench.restore(coming(lost))).rejects.toMatchObject({ code: 'pull_incomplete' });
    expect(await bench.strays()).toEqual(before);
  });

  it('are no longer waited for when somebody cancels', async () => {
    const stop = new AbortController();
    const never = (signal?: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        setTimeout(() => stop.abort(new RockpoolError('cancelled', 'Cancelled.')), 20);
      });
    await expect(bench.restore(coming(never), { signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
