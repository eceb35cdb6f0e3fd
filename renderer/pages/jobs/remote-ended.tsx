import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { navigate } from 'wouter/use-hash-location';
import type { Job } from '../../../electron/contract/job.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/agents.ts';

/** Tells of each job of an agent that ends while the page is open. What had ended before is history. */
export function tellRemoteEnds(): () => void {
  const running = new Set<string>();
  return useWorld.subscribe(({ jobs }) => {
    for (const job of jobs) {
      if (!job.remote) continue;
      if (job.state === 'running' || job.state === 'queued') running.add(job.id);
      else if (running.delete(job.id)) tell(job);
    }
  });
}

function tell({ id, title, state }: Job): void {
  const say = texts.ended[state as keyof typeof texts.ended];
  if (say === undefined) return;
  const shown = notifications.show({
    withBorder: true,
    color: state === 'failed' ? 'red' : 'sea',
    autoClose: 12_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{say(title)}</span>
        <Button
          onClick={() => {
            notifications.hide(shown);
            navigate(`/jobs/${id}`);
          }}
        >
          {texts.look}
        </Button>
      </Group>
    ),
  });
}
