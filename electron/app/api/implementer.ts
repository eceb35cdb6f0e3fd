import { implement, ORPCError } from '@orpc/server';
import type { App } from '../../app.ts';
import { contract } from '../../contract/api.ts';

/** What handlers are given: the app. A call that goes away aborts its signal. */
export interface ApiContext {
  readonly app: App;
}

/** For a call without a signal: one that nobody aborts. */
export const never = new AbortController().signal;

/** The contract to be answered; what a room throws leaves as `FAILED` with its report and the job that failed. */
export const api = implement(contract)
  .$context<ApiContext>()
  .use(async ({ context, next, errors }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof ORPCError) throw error;
      const report = context.app.reportOf(error);
      const job = (error as { job?: unknown } | null)?.job;
      throw errors.FAILED({
        message: report.message,
        data: { ...report, job: typeof job === 'string' ? job : null },
        cause: error,
      });
    }
  });
