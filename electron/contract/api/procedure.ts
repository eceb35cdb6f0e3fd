import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ErrorReport } from '../errors.ts';

/** What an expected failure carries over a wire: the report, and the job that failed where there was one. */
export const Failure = ErrorReport.extend({ job: z.string().nullable() });
export type Failure = z.infer<typeof Failure>;

/** What every procedure of the contract is made from: whatever a room throws arrives as `FAILED` with its report. */
export const procedure = oc.errors({ FAILED: { status: 422, data: Failure } });

/** The name of an install, a source or a server. */
export const Named = z.object({ name: z.string().min(1).max(64) });
