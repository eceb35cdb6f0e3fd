import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './procedure.ts';

/** Something that only the person can tell: the code that a device shows. `device` is the serial number of its ARN. */
export const Question = z.object({ id: z.string(), device: z.string() });
export type Question = z.infer<typeof Question>;

/** What the app asks the person who looks at a page. */
export const questions = {
  /** All that waits for an answer, whenever that changes. */
  watch: procedure.output(eventIterator(z.object({ open: z.array(Question) }))),
  /** Answers one; null gives no answer, and what asked ends. One that is answered already is fine. */
  answer: procedure
    .input(z.object({ id: z.string(), code: z.string().min(1).max(20).nullable() }))
    .output(z.object({ ok: z.literal(true) })),
};
