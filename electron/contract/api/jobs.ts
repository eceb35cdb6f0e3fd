import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Job, JobLogLine, JobState } from '../job.ts';
import { procedure } from './procedure.ts';

const Id = z.object({ id: z.string().min(1).max(40) });

/** Work that runs and work that has ended. */
export const jobs = {
  /** Newest first. `before` is the last job's `createdAt` of the page before. */
  list: procedure
    .input(
      z.object({
        limit: z.number().int().min(1).max(1000),
        before: z.iso.datetime().nullable(),
        install: z.string().nullable(),
        kinds: z.array(z.string()).nullable(),
        states: z.array(JobState).nullable(),
        /** Those of agents, or ours alone; null for both. */
        remote: z.boolean().nullish(),
        /** Those of one workflow of an agent. */
        workflow: z.string().max(200).nullish(),
        /** Found in the title or the error's message, whatever the case. */
        search: z.string().nullable(),
      }),
    )
    .output(z.array(Job)),
  show: procedure.input(Id).output(z.object({ job: Job, log: z.array(JobLogLine) })),
  /** The job whenever it changes, and the lines that its log got since; ends with the job. */
  follow: procedure.input(Id).output(eventIterator(z.object({ job: Job, lines: z.array(JobLogLine) }))),
  cancel: procedure.input(Id).output(Job),
  /** Does what the job was asked to do again, and answers when that has ended. */
  retry: procedure.input(Id).output(z.object({ ok: z.literal(true) })),
};
