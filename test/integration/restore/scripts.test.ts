import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { afterPsql, afterRestore } from '../../support/as-psql.ts';
import { clientPrograms } from '../../support/dumps.ts';
import { oddScripts } from '../../support/odd-scripts.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type Bench, openBenchOn } from '../../support/restoring.ts';
import { makeScript } from '../../support/script-generator.ts';
import { full, skipUnless } from '../../support/skip.ts';

let bench: Bench;

describe('a script ends as psql leaves it:', skipUnless(clientPrograms !== null, 'it needs psql'), () => {
  beforeAll(async () => {
    bench = await openBenchOn(await startPostgres({ bin: clientPrograms ?? '' }));
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  it.each(Object.entries(oddScripts))('%s', async (_what, script) => {
    const { state } = await afterRestore(bench, script);
    expect(state).toEqual(await afterPsql(bench, script));
  });

  // Where it does not end so, the seed is in the name of what fails.
  const seeds = Array.from({ length: full ? 500 : 15 }, (_none, index) => index + 1);
  it.each(seeds)('made by seed %i', async (seed) => {
    const script = makeScript(seed);
    const { state } = await afterRestore(bench, script);
    expect(state, script).toEqual(await afterPsql(bench, script));
  });
});
