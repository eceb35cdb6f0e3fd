import type { Job } from '../contract/job.ts';
import type { Cleaners } from '../jobs/leftovers.ts';
import type { Servers } from '../servers/servers.ts';
import type { Core } from '../state/core.ts';

/** What the life of installs is built from. */
export interface Parts {
  readonly core: Core;
  readonly servers: Servers;
  readonly cleaners: Cleaners;
}

/** How a caller watches and stops a piece of work. */
export interface Watch {
  readonly onChange?: ((job: Job) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
