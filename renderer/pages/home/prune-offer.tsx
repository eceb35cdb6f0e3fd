import { Button, Group, Text } from '@mantine/core';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes } from '../../parts/format.ts';
import { useAsk, useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { texts } from '../../texts/firstrun.ts';
import { api } from '../../wire/connection.ts';

/** Where there was no space: what the cache could give, and the button that takes it. */
export function PruneOffer({ code }: { code: string }) {
  return code === 'space_needed' || code === 'disk_full' ? <Offer /> : null;
}

function Offer() {
  const gain = useAsk('prune', (signal) => api.machine.cache.prune({ dryRun: true }, { signal }));
  const prune = useDo(() => api.machine.cache.prune({}));
  const freed = gain.data?.freedBytes ?? 0;
  if (gain.data === null) return null;
  return (
    <>
      <Group gap="xs">
        <Text size="sm" flex={1}>
          {freed === 0 ? texts.nothingToPrune : texts.canPrune(formatBytes(freed))}
        </Text>
        {freed > 0 && (
          <>
            <CopyCommand command={commandOf('cache', 'prune')} />
            <Button
              loading={prune.isBusy}
              onClick={() => void prune.run().then((pruned) => pruned !== null && gain.again())}
            >
              {texts.prune}
            </Button>
          </>
        )}
      </Group>
      {prune.failure !== null && <Failed failure={prune.failure} />}
    </>
  );
}
