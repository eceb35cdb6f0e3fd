import { z } from 'zod';
import { Agent, AgentCheck, AgentRecord, AgentWish, RemoteDetails, Run } from '../agent.ts';
import { Job } from '../job.ts';
import { Named, procedure } from './procedure.ts';

/** Agents and what they do. What they tell is pushed with everything else that is watched. */
export const agents = {
  list: procedure.output(z.array(Agent)),
  /** The secret is written and never told again. */
  add: procedure.input(AgentWish).output(AgentRecord),
  check: procedure.input(Named).output(AgentCheck),
  remove: procedure.input(Named).output(AgentRecord),
  /** Marks a notification as seen; null for all of the agent's. */
  acknowledge: procedure
    .input(Named.extend({ id: z.string().min(1).max(100).nullable() }))
    .output(z.object({ ok: z.literal(true) })),
  /** A remote job with all that its agent told of it. */
  job: procedure
    .input(z.object({ id: z.string().min(1).max(40) }))
    .output(z.object({ job: Job, details: RemoteDetails })),
  /** Starts a workflow and answers once it is begun; its job comes by itself. */
  run: procedure.input(Named.extend({ workflow: z.string().min(1).max(200) })).output(Run),
};
