import type { ContractRouterClient } from '@orpc/contract';
import { agents } from './api/agents.ts';
import { browse } from './api/browse.ts';
import { demo } from './api/demo.ts';
import { installs } from './api/installs.ts';
import { jobs } from './api/jobs.ts';
import { machine } from './api/machine.ts';
import { projects } from './api/projects.ts';
import { questions } from './api/questions.ts';
import { schedules } from './api/schedules.ts';
import { servers } from './api/servers.ts';
import { sources } from './api/sources.ts';
import { uploads } from './api/uploads.ts';
import { users } from './api/users.ts';

/**
 * All that a page may ask of the app, over whatever wire: message ports in the desktop shell, a WebSocket in the browser
 * shell. `app/api.ts` answers it.
 */
export const contract = {
  agents,
  browse,
  demo,
  installs,
  jobs,
  machine,
  projects,
  questions,
  schedules,
  servers,
  sources,
  uploads,
  users,
};

/** The contract as its caller sees it. */
export type Api = ContractRouterClient<typeof contract>;
