import type { ContractRouterClient } from '@orpc/contract';
import { installs } from './api/installs.ts';
import { jobs } from './api/jobs.ts';
import { machine } from './api/machine.ts';
import { servers } from './api/servers.ts';
import { sources } from './api/sources.ts';

/**
 * All that a page may ask of the app, over whatever wire: message ports in the desktop shell, a WebSocket in the browser
 * shell. `app/api.ts` answers it.
 */
export const contract = { installs, jobs, machine, servers, sources };

/** The contract as its caller sees it. */
export type Api = ContractRouterClient<typeof contract>;
