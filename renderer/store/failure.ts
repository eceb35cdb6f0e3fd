import { ORPCError } from '@orpc/client';
import type { Failure } from '../../electron/contract/api/procedure.ts';
import { texts } from '../texts/general.ts';
import { isConnected, LostError } from '../wire/connection.ts';

/** Any thrown thing as what a page shows: a sentence, a hint, and for experts the rest. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ORPCError && error.code === 'FAILED') return error.data as Failure;
  if (error instanceof LostError || !isConnected())
    return {
      code: 'internal',
      message: texts.lostFailure,
      hint: texts.lostHint,
      detail: null,
      job: null,
    };
  const isAbort = error instanceof Error && error.name === 'AbortError';
  return {
    code: isAbort ? 'cancelled' : 'internal',
    message: isAbort ? texts.cancelled : error instanceof Error ? error.message : String(error),
    hint: isAbort ? null : texts.internalHint,
    detail: null,
    job: null,
  };
}
