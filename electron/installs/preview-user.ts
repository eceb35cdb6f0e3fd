import type { ImpersonationPreview, ValueChange } from '../contract/impersonation.ts';
import { becomeUser } from '../impersonation/become.ts';
import { type KeptRow, valuesOf } from '../impersonation/kept.ts';
import type { UserLookup } from '../impersonation/lookup.ts';
import { runJob } from '../jobs/run.ts';
import { fill, type ImpersonationWish, prepare, readAgain, tellUser } from './becoming.ts';
import { startServer } from './connect.ts';
import { alone, currentOf, putBack, withTransaction } from './impersonating.ts';
import { previewWork } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { getPristine } from './records.ts';

/** Runs the recipe for real, tells every value that it changes, and undoes all of it. */
export async function previewImpersonation(
  parts: Parts,
  lookup: UserLookup,
  name: string,
  wish: ImpersonationWish,
  watch: Watch = {},
): Promise<ImpersonationPreview> {
  const { core } = parts;
  return alone(parts, name, previewWork(name), watch, async (install) => {
    const server = await startServer(parts, install.server, watch.signal);
    const user = tellUser(wish.user);
    const plan = {
      kind: 'preview' as const,
      title: `Preview becoming ${user === null ? 'a user' : `user ${user}`} of ${name}`,
      install: name,
      request: { name, act: 'become', user, recipe: wish.recipe },
      steps: [{ key: 'preview', title: 'Try the recipe', weight: 1 }],
    };
    const { result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      running.step('preview', async () => {
        const live = { server, name, owner: getPristine(core.state, install.pristine).owner };
        const prepared = await prepare(parts, lookup, install, live, wish, running.signal);
        const former = currentOf(parts, running, install);
        const warnings: string[] = [];
        const rows = await withTransaction(parts, running, live, 'preview', async (session) => {
          if (former !== null) warnings.push(...(await putBack(parts, running, name, session, former)));
          const found = former === null ? prepared : await readAgain(session, prepared);
          return becomeUser(session, await fill(found));
        });
        return {
          user: prepared.user,
          recipe: prepared.recipe.name,
          changes: rows.flatMap(changesOf),
          warnings,
        };
      }),
    );
    return result;
  });
}

function changesOf(row: KeptRow): ValueChange[] {
  const before = row.former === null ? null : valuesOf(row, row.former);
  const after = row.current === null ? null : valuesOf(row, row.current);
  const act = before === null ? 'insert' : after === null ? 'delete' : 'update';
  const table = `${row.schema}.${row.name}`;
  return row.columns
    .map((column) => ({ column, before: before?.get(column) ?? null, after: after?.get(column) ?? null }))
    .filter((value) => value.before !== value.after)
    .map((value) => ({ table, act, ...value }));
}
