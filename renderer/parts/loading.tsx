import { Skeleton, Stack } from '@mantine/core';
import { texts } from '../texts/general.ts';

/** Holds the place of something that is on its way; it moves nothing when that comes. */
export function Loading({ rows = 6, height = 32 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="xs" p="lg" aria-busy="true" aria-label={texts.loading} role="status">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={index} height={height} animate={false} />
      ))}
    </Stack>
  );
}
