import type { Impersonation, NextStep } from '../contract/impersonation.ts';
import type { Install } from '../contract/install.ts';
import { becomeUser } from '../impersonation/become.ts';
import type { UserLookup } from '../impersonation/lookup.ts';
import { endImpersonation, findCurrent, openKept, prepareImpersonation } from '../impersonation/records.ts';
import type { Live } from '../impersonation/session.ts';
import { applyIntent } from '../impersonation/settle.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import {
  fill,
  type ImpersonationWish,
  nextOf,
  type Prepared,
  prepare,
  readAgain,
  tellUser,
} from './becoming.ts';
import { startServer } from './connect.ts';
import { alone, currentOf, putBack, withTransaction } from './impersonating.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall, getPristine, type InstallRecord } from './records.ts';
import { installOf } from './view.ts';

export interface Became extends Impersonation {
  readonly install: Install;
  readonly next: NextStep;
  readonly warnings: readonly string[];
  readonly job: string;
}

export interface Stopped {
  readonly install: Install;
  /** Who was impersonated until now; null where nobody was. */
  readonly stopped: Impersonation | null;
  readonly warnings: readonly string[];
  readonly job: string | null;
}

/**
 * Makes one user of the live log-in-able by a recipe. Whoever was impersonated before is first put back, in the same
 * transaction: it holds as a whole or not at all. The rows as they were are kept sealed until they are put back.
 */
export async function impersonateUser(
  parts: Parts,
  lookup: UserLookup,
  name: string,
  wish: ImpersonationWish,
  watch: Watch = {},
): Promise<Became> {
  const { core } = parts;
  return alone(parts, name, `Becoming a user of ${name}`, watch, async (install) => {
    const server = await startServer(parts, install.server, watch.signal);
    const user = tellUser(wish.user);
    const plan = {
      kind: 'impersonate' as const,
      title: `Become ${user === null ? 'a user' : `user ${user}`} of ${name}${wish.recipe === null ? '' : ` by ${wish.recipe}`}`,
      install: name,
      request: { name, act: 'become', user, recipe: wish.recipe },
      steps: [
        { key: 'prepare', title: 'Find the user and fill in the recipe', weight: 1 },
        { key: 'become', title: 'Become the user', weight: 1 },
      ],
    };
    const { job, result } = await runJob(
      core,
      plan,
      { cleaners: parts.cleaners, ...watch },
      async (running) => {
        const live = { server, name, owner: getPristine(core.state, install.pristine).owner };
        const prepared = await running.step('prepare', () =>
          prepare(parts, lookup, install, live, wish, running.signal),
        );
        running.log('info', `By the recipe ${prepared.recipe.name}`);
        return running.step('become', () => become(parts, running, install, live, prepared));
      },
    );
    return { install: await installOf(parts, getInstall(core.state, name)), ...result, job: job.id };
  });
}

async function become(
  parts: Parts,
  job: RunningJob,
  install: InstallRecord,
  live: Live,
  prepared: Prepared,
): Promise<Omit<Became, 'install' | 'job'>> {
  const { core } = parts;
  const { name } = install;
  const { recipe } = prepared;
  const former = currentOf(parts, job, install);
  const since = new Date().toISOString();
  const record = { recipe: recipe.name, since, liveOid: install.liveOid, job: job.id };
  const warnings = prepared.user.gone ? [goneWarning] : [];
  if (prepared.statements.length === 0 && former === null) {
    const { user, next } = await nextOf(await fill(prepared), []);
    const intent = { install: name, xid: `none ${job.id}`, act: 'become' as const };
    await prepareImpersonation(core, name, intent.xid, record, {
      user: user.id,
      label: user.label,
      next,
      rows: [],
    });
    applyIntent(core.state, intent);
    return { user: user.id, label: user.label, recipe: recipe.name, since, next, warnings };
  }
  return withTransaction(parts, job, live, 'become', async (session, xid) => {
    if (former !== null) warnings.push(...(await putBack(parts, job, name, session, former)));
    const becoming = await fill(former === null ? prepared : await readAgain(session, prepared));
    const rows = await becomeUser(session, becoming);
    const { user, next } = await nextOf(becoming, rows);
    await prepareImpersonation(core, name, xid, record, { user: user.id, label: user.label, next, rows });
    job.log('info', `${rows.length} ${rows.length === 1 ? 'row' : 'rows'} changed, kept as they were`);
    return { user: user.id, label: user.label, recipe: recipe.name, since, next, warnings };
  });
}

const goneWarning = 'This user is deleted or locked: the application may not let it in.';

/** Puts back whoever is impersonated. Nobody is: nothing is done. */
export async function stopImpersonation(parts: Parts, name: string, watch: Watch = {}): Promise<Stopped> {
  const { core } = parts;
  return alone(parts, name, `Ending the impersonation in ${name}`, watch, async (install) => {
    const current = findCurrent(core.state, name);
    if (current === null) {
      return { install: await installOf(parts, install), stopped: null, warnings: [], job: null };
    }
    const plan = {
      kind: 'impersonate' as const,
      title: `End the impersonation in ${name}`,
      install: name,
      request: { name, act: 'stop', recipe: current.recipe },
      steps: [{ key: 'stop', title: 'Put the user back', weight: 1 }],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      running.step('stop', () => stop(parts, running, install)),
    );
    return { install: await installOf(parts, install), ...result, job: job.id };
  });
}

async function stop(
  parts: Parts,
  job: RunningJob,
  install: InstallRecord,
): Promise<Pick<Stopped, 'stopped' | 'warnings'>> {
  const { core } = parts;
  const current = currentOf(parts, job, install);
  if (current === null) return { stopped: null, warnings: ['It had ended already, with a reset.'] };
  const { user, label, rows } = openKept(core, install.name, current);
  const stopped = { user, label, recipe: current.recipe, since: current.since };
  if (rows.length === 0) {
    endImpersonation(core.state, install.name);
    return { stopped, warnings: [] };
  }
  const server = await startServer(parts, install.server, job.signal);
  const live = { server, name: install.name, owner: getPristine(core.state, install.pristine).owner };
  const warnings = await withTransaction(parts, job, live, 'stop', (session) =>
    putBack(parts, job, install.name, session, current),
  );
  return { stopped, warnings };
}
