import { Badge, Button, Group, Paper, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import { Copy } from '../../parts/copy.tsx';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes, formatMany } from '../../parts/format.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { api } from '../../wire/connection.ts';

export function InstallCard({ card }: { card: Card }) {
  const reset = useDo(() => api.installs.reset({ name: card.name }));
  return (
    <Paper withBorder p="md" bg="var(--rp-card)">
      <Group gap="xs">
        <StateDot state={card.serverState} />
        <Link href={`/install/${card.name}`}>{card.name}</Link>
        <Text c="dimmed" size="sm">
          {card.dataset} @ {card.revision}
        </Text>
      </Group>
      <Badge color="gray">
        {formatBytes(card.sizeBytes)} · {formatMany(card.rows)} rows
      </Badge>
      <Copy text={card.url} />
      <Button loading={reset.isBusy} onClick={() => reset.run()}>
        Reset
      </Button>
      {reset.failure !== null && <Failed failure={reset.failure} />}
    </Paper>
  );
}
