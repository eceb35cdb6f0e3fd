import { useEffect, useState } from 'react';
import type { Failure } from '../../../electron/contract/api/procedure.ts';
import type { Job, JobLogLine } from '../../../electron/contract/job.ts';
import { failureOf } from '../../store/failure.ts';
import { useWorld } from '../../store/world.ts';
import { api } from '../../wire/connection.ts';

const mostLines = 5000;

interface Followed {
  readonly job: Job | null;
  readonly lines: readonly JobLogLine[];
  readonly failure: Failure | null;
}

/** A job with its log, as it goes on; begins again where the connection was lost. */
export function useFollowed(id: string): Followed {
  const wire = useWorld((world) => world.wire);
  const [state, setState] = useState<Followed>({ job: null, lines: [], failure: null });
  useEffect(() => {
    if (wire !== 'open') return;
    const abort = new AbortController();
    const follow = async (): Promise<void> => {
      let all: JobLogLine[] = [];
      for await (const { job, lines } of await api.jobs.follow({ id }, { signal: abort.signal })) {
        all = [...all, ...lines].slice(-mostLines);
        setState({ job, lines: all, failure: null });
      }
    };
    follow().catch((error: unknown) => {
      if (!abort.signal.aborted) setState((before) => ({ ...before, failure: failureOf(error) }));
    });
    return () => abort.abort();
  }, [id, wire]);
  return state;
}
