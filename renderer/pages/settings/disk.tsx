import { Button, Group, Select, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { PruneWish } from '../../../electron/contract/cache.ts';
import { Ago } from '../../parts/ago.tsx';
import { Copy } from '../../parts/copy.tsx';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes } from '../../parts/format.ts';
import { useAsk, useDo } from '../../store/ask.ts';
import { texts } from '../../texts/settings.ts';
import { api } from '../../wire/connection.ts';
import { Line, Section } from './section.tsx';

const monthMs = 30 * 24 * 60 * 60 * 1000;

const rules: Record<keyof typeof texts.pruneRule, PruneWish> = {
  keep: { keep: 1 },
  old: { olderThanMs: monthMs },
  all: { keep: 0 },
};

/** What the data folder takes, and how to get some of it back. */
export function Disk() {
  const disk = useAsk('disk', (signal) => api.machine.disk(undefined, { signal }));
  const [rule, setRule] = useState<keyof typeof rules>('keep');
  const look = useAsk(`prune ${rule}`, (signal) =>
    api.machine.cache.prune({ ...rules[rule], dryRun: true }, { signal }),
  );
  const prune = useDo(() => api.machine.cache.prune(rules[rule]));
  const doPrune = async (): Promise<void> => {
    const pruned = await prune.run();
    if (pruned === null) return;
    notifications.show({ message: texts.pruned(formatBytes(pruned.freedBytes)) });
    disk.again();
    look.again();
  };
  const size = (bytes: number | undefined) => (
    <span className="num">{bytes === undefined ? '…' : formatBytes(bytes)}</span>
  );
  return (
    <Section title={texts.disk}>
      {disk.failure !== null && <Failed failure={disk.failure} onRetry={disk.again} />}
      <Line label={texts.home} hint={disk.data?.home ?? ' '}>
        <Copy text={disk.data?.home ?? ''} />
      </Line>
      <Line label={texts.databases}>{size(disk.data?.serversBytes)}</Line>
      <Line label={texts.cache}>{size(disk.data?.cacheBytes)}</Line>
      <Line label={texts.free}>{size(disk.data?.freeBytes)}</Line>
      <Line label={texts.prune} hint={texts.pruneHint}>
        <Group gap="xs">
          <Select
            size="xs"
            w={240}
            aria-label={texts.prune}
            allowDeselect={false}
            value={rule}
            onChange={(value) => setRule((value ?? 'keep') as keyof typeof rules)}
            data={Object.entries(texts.pruneRule).map(([value, label]) => ({ value, label }))}
          />
          <Button
            miw={104}
            disabled={look.data === null || look.data.removed.length === 0}
            loading={prune.isBusy}
            onClick={doPrune}
          >
            {texts.pruneDo(formatBytes(look.data?.freedBytes ?? 0))}
          </Button>
        </Group>
      </Line>
      {prune.failure !== null && <Failed failure={prune.failure} />}
      {look.data !== null && look.data.removed.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.pruneNothing}
        </Text>
      )}
      {look.data !== null && look.data.removed.length > 0 && (
        <Table>
          <Table.Tbody>
            {look.data.removed.map((entry) => (
              <Table.Tr key={entry.archive}>
                <Table.Td>
                  {entry.dataset} @ {entry.revision}
                </Table.Td>
                <Table.Td ta="right" className="num">
                  {formatBytes(entry.bytes)}
                </Table.Td>
                <Table.Td ta="right">
                  {texts.used} <Ago at={entry.lastUsedAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
