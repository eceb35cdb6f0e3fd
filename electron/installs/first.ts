import type { Outfit } from '../demo/outfit.ts';
import { addLeftover } from '../jobs/leftovers.ts';
import type { RunningJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { readerOf } from '../sql/access.ts';
import { connect } from '../sql/connect.ts';
import { createUser } from '../sql/roles.ts';
import { dressCopy } from './dress.ts';
import { layLive, probeLive } from './live.ts';
import type { Parts } from './parts.ts';
import type { Publish } from './publish.ts';
import type { InstallRecord, PristineRecord } from './records.ts';
import { copyFrom } from './spare.ts';
import { openAs } from './swap.ts';

/** What is to be opened on a server that does not have it yet. */
export interface FirstPublication {
  /** The install as it will be there; `liveOid` is filled in here. */
  readonly install: Omit<InstallRecord, 'liveOid'>;
  readonly pristine: PristineRecord;
  /** True where the pristine is not in state.db yet. */
  readonly isNew: boolean;
  /** The demo that it is dressed in before it opens; without it the pristine as it is. */
  readonly outfit?: Outfit | null;
}

/**
 * Makes the user and the live of an install on a server and opens them. All of it is a leftover of the job until
 * `recordPublication` is called with what this returns.
 */
export async function publishFirst(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  { install, pristine, isNew, outfit = null }: FirstPublication,
): Promise<Publish> {
  const { core } = parts;
  const { name, options } = install;
  await using admin = await connect(server.admin, { signal: job.signal });
  const password = await core.secrets.ensure(`${server.name}/${name}`);
  for (const role of [readerOf(name), name]) job.willMake('role', { server: server.name, name: role });
  await createUser(admin, { name, password, owner: pristine.owner, createdb: options.createdb });
  const { made } = await copyFrom(job, server, admin, pristine.database);
  await dressCopy(
    job,
    server,
    { database: made.database, owner: pristine.owner, settings: pristine.settings },
    outfit,
  );
  await layLive(core, server, admin, {
    database: made.database,
    install: name,
    owner: pristine.owner,
    settings: pristine.settings,
  });
  const publish: Publish = {
    job: job.id,
    server: server.name,
    install: { ...install, liveOid: made.oid },
    pristine: isNew ? pristine : null,
    next: made.database,
    former: null,
    keep: null,
  };
  // By its number: meanwhile somebody who may make databases can have made one of that name.
  job.willMake('database', { server: server.name, name, oid: made.oid });
  addLeftover(core.state, job.id, 'publish', { ...publish });
  await openAs(admin, made.database, name);
  await probeLive(server, name, password);
  return publish;
}
