import { Skeleton, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { Failed } from '../../parts/failure.tsx';
import { useDo } from '../../store/ask.ts';
import { jobOn, useWorld } from '../../store/world.ts';
import { api } from '../../wire/connection.ts';
import { JobProgress } from './job-progress.tsx';
import { PruneOffer } from './prune-offer.tsx';

let isAsked = false;

/** Installs the sample as soon as it is chosen, and shows how far that is; its card takes this place in the end. */
export function Sample() {
  const job = useWorld((world) => jobOn(world.jobs, 'demo'));
  const demo = useDo(() => api.installs.demo());
  const { run } = demo;
  useEffect(() => {
    if (isAsked || jobOn(useWorld.getState().jobs, 'demo') !== undefined) return;
    isAsked = true;
    void run().finally(() => {
      isAsked = false;
    });
  }, [run]);
  if (job !== undefined)
    return (
      <Stack gap={10}>
        <JobProgress job={job} />
      </Stack>
    );
  if (demo.failure !== null)
    return (
      <Stack gap="sm">
        <Failed failure={demo.failure} onRetry={() => void run()} />
        <PruneOffer code={demo.failure.code} />
      </Stack>
    );
  return <Skeleton height={104} animate={false} />;
}
