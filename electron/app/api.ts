import type { App } from '../app.ts';
import { api } from './api/implementer.ts';
import { installsApi } from './api/installs.ts';
import { jobsApi } from './api/jobs.ts';
import { machineApi } from './api/machine.ts';
import { serversApi } from './api/servers.ts';
import { sourcesApi } from './api/sources.ts';

/** The contract answered: hand it to an oRPC handler with `contextOf(app)` as its context. */
export const router = api.router({
  installs: installsApi,
  jobs: jobsApi,
  machine: machineApi,
  servers: serversApi,
  sources: sourcesApi,
});

export type { ApiContext } from './api/implementer.ts';

/** What every call to the router is given. */
export function contextOf(app: App): { app: App } {
  return { app };
}
