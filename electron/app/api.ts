import type { App } from '../app.ts';
import { agentsApi } from './api/agents.ts';
import { browseApi } from './api/browse.ts';
import { demoApi } from './api/demo.ts';
import { api } from './api/implementer.ts';
import { installsApi } from './api/installs.ts';
import { jobsApi } from './api/jobs.ts';
import { machineApi } from './api/machine.ts';
import { projectsApi } from './api/projects.ts';
import { questionsApi } from './api/questions.ts';
import { schedulesApi } from './api/schedules.ts';
import { serversApi } from './api/servers.ts';
import { sourcesApi } from './api/sources.ts';
import { uploadsApi } from './api/uploads.ts';
import { usersApi } from './api/users.ts';

/** The contract answered: hand it to an oRPC handler with `contextOf(app)` as its context. */
export const router = api.router({
  agents: agentsApi,
  browse: browseApi,
  demo: demoApi,
  installs: installsApi,
  jobs: jobsApi,
  machine: machineApi,
  projects: projectsApi,
  questions: questionsApi,
  schedules: schedulesApi,
  servers: serversApi,
  sources: sourcesApi,
  uploads: uploadsApi,
  users: usersApi,
});

export type { ApiContext } from './api/implementer.ts';

/** What every call to the router is given. */
export function contextOf(app: App): { app: App } {
  return { app };
}
