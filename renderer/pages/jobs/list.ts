import { useEffect, useMemo, useState } from 'react';
import type { Job } from '../../../electron/contract/job.ts';
import { useWorld } from '../../store/world.ts';
import { api } from '../../wire/connection.ts';

export type Filter = 'all' | 'local' | 'remote' | 'failed';

const pageSize = 300;

/** Jobs as far as they have been looked at, kept true by what the app tells. */
export interface JobList {
  readonly jobs: readonly Job[];
  readonly isLoading: boolean;
  readonly isWhole: boolean;
  /** Asks for older ones. */
  more(): void;
}

/** The history under a filter and a search, newest first; the newest come by themselves. */
export function useJobList(filter: Filter, search: string, workflow: string | null = null): JobList {
  const live = useWorld((world) => world.jobs);
  const wire = useWorld((world) => world.wire);
  const key = `${filter} ${search} ${workflow}`;
  const [pages, setPages] = useState<{ key: string; jobs: Job[]; isWhole: boolean }>({
    key,
    jobs: [],
    isWhole: false,
  });
  const [wanted, setWanted] = useState(0);
  const [isLoading, setLoading] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` asks for the next page
  useEffect(() => {
    if (wire !== 'open') return;
    const abort = new AbortController();
    const known = pages.key === key ? pages.jobs : [];
    setLoading(true);
    api.jobs
      .list(
        {
          limit: pageSize,
          before: known.at(-1)?.createdAt ?? null,
          install: null,
          kinds: null,
          remote: filter === 'remote' ? true : filter === 'local' ? false : null,
          workflow,
          states: filter === 'failed' ? ['failed', 'interrupted'] : null,
          search: search.trim() === '' ? null : search.trim(),
        },
        { signal: abort.signal },
      )
      .then(
        (jobs) => {
          setPages({ key, jobs: [...known, ...jobs], isWhole: jobs.length < pageSize });
          setLoading(false);
        },
        () => setLoading(false),
      );
    return () => abort.abort();
  }, [key, wanted, wire]);
  const jobs = useMemo(() => {
    const byId = new Map(pages.jobs.map((job) => [job.id, job]));
    for (const job of live)
      if (byId.has(job.id) || matches(job, filter, search, workflow)) byId.set(job.id, job);
    return [...byId.values()]
      .filter((job) => matches(job, filter, search, workflow))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  }, [pages, live, filter, search, workflow]);
  return {
    jobs,
    isLoading,
    isWhole: pages.isWhole,
    more: () => !isLoading && !pages.isWhole && setWanted((count) => count + 1),
  };
}

function matches(job: Job, filter: Filter, search: string, workflow: string | null): boolean {
  if (workflow !== null && job.request.workflow !== workflow) return false;
  if (filter === 'failed' && job.state !== 'failed' && job.state !== 'interrupted') return false;
  if (filter === 'local' && job.remote) return false;
  if (filter === 'remote' && !job.remote) return false;
  const text = `${job.title} ${job.install ?? ''} ${job.error?.message ?? ''}`.toLowerCase();
  return text.includes(search.trim().toLowerCase());
}
