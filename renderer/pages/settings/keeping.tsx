import { NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Settings } from '../../../electron/contract/settings.ts';
import { Failed } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useAsk, useDo } from '../../store/ask.ts';
import { texts } from '../../texts/settings.ts';
import { api } from '../../wire/connection.ts';
import { Line, Section } from './section.tsx';

const gigabyte = 1e9;

/** What is kept, for how long, and how much of the disk is never taken. */
export function Keeping() {
  const settings = useAsk('settings', (signal) => api.machine.settings.get(undefined, { signal }));
  const save = useDo((change: Partial<Settings>) => api.machine.settings.set(change));
  const set = async (change: Partial<Settings>): Promise<void> => {
    if ((await save.run(change)) !== null) notifications.show({ message: texts.saved, autoClose: 1200 });
  };
  return (
    <Section title={texts.keeping}>
      {settings.failure !== null && <Failed failure={settings.failure} onRetry={settings.again} />}
      {settings.data === null && settings.failure === null && <Loading rows={2} />}
      {settings.data !== null && (
        <>
          <Line label={texts.formerMinutes} hint={texts.formerMinutesHint}>
            <Amount
              label={texts.formerMinutes}
              value={settings.data.formerMinutes}
              max={7 * 24 * 60}
              onSet={(formerMinutes) => set({ formerMinutes })}
            />
          </Line>
          <Line label={texts.keepFree} hint={texts.keepFreeHint}>
            <Amount
              label={texts.keepFree}
              value={Math.round((settings.data.keepFreeBytes / gigabyte) * 10) / 10}
              max={10_000}
              onSet={(amount) => set({ keepFreeBytes: Math.round(amount * gigabyte) })}
            />
          </Line>
        </>
      )}
      {save.failure !== null && <Failed failure={save.failure} />}
    </Section>
  );
}

interface AmountProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  onSet(value: number): void;
}

function Amount({ label, value, max, onSet }: AmountProps) {
  const [typed, setTyped] = useState<number | string>(value);
  const commit = (): void => {
    if (typeof typed === 'number' && typed !== value) onSet(typed);
  };
  return (
    <NumberInput
      w={110}
      size="xs"
      aria-label={label}
      value={typed}
      min={0}
      max={max}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}
