import { ActionIcon, Button, Group, Popover, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconClock, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { ListedSchedule, MissedPolicy, ScheduleAction } from '../../../../electron/contract/schedule.ts';
import { Failed } from '../../../parts/failure.tsx';
import { formatExact } from '../../../parts/format.ts';
import { useAsk, useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import styles from './demo.module.css';

/** What is done to an install by the clock, and a way to add to it. */
export function Schedules({ install }: { install: string }) {
  const list = useAsk(install, (signal) => api.schedules.list(undefined, { signal }));
  const remove = useDo((id: string) => api.schedules.remove({ id }));
  const own = list.data?.schedules.filter((schedule) => schedule.install === install) ?? [];
  return (
    <section aria-label={texts.schedules} style={{ marginTop: 24 }}>
      <Group gap="xs" mb={4}>
        <Text size="sm" c="dimmed">
          {texts.schedules}
        </Text>
        <AddSchedule install={install} zone={list.data?.zone ?? 'UTC'} onAdded={list.again} />
      </Group>
      {(list.failure ?? remove.failure) !== null && (
        <Failed failure={(list.failure ?? remove.failure) as NonNullable<typeof list.failure>} />
      )}
      {own.map((schedule) => (
        <Entry
          key={schedule.id}
          schedule={schedule}
          onRemove={async () => {
            if ((await remove.run(schedule.id)) !== null) list.again();
          }}
        />
      ))}
      {own.length > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {texts.runner}
        </Text>
      )}
    </section>
  );
}

function Entry({ schedule, onRemove }: { schedule: ListedSchedule; onRemove(): void }) {
  const next = schedule.next[0];
  const when = schedule.cron ?? (schedule.once === null ? '' : formatExact(schedule.once));
  return (
    <div className={styles.schedule}>
      <strong>{texts.acts[schedule.action]}</strong>
      <span className="mono">{when}</span>
      <span className="quiet">{schedule.zone}</span>
      <Tooltip label={next?.at ?? ''} disabled={next === undefined}>
        <span className="quiet num">{next === undefined ? texts.never : `${texts.next} ${next.local}`}</span>
      </Tooltip>
      <ActionIcon
        ml="auto"
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={`${texts.remove}: ${texts.acts[schedule.action]} ${when}`}
        onClick={onRemove}
      >
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}

interface AddProps {
  readonly install: string;
  readonly zone: string;
  onAdded(): void;
}

function AddSchedule({ install, zone, onAdded }: AddProps) {
  const [isOpen, setOpen] = useState(false);
  const [when, setWhen] = useState('');
  const [action, setAction] = useState<ScheduleAction>('reset');
  const [missed, setMissed] = useState<MissedPolicy>('run');
  // Until one is picked it is that of the machine, which comes with the list.
  const [pickedZone, setZone] = useState<string | null>(null);
  const inZone = pickedZone ?? zone;
  const add = useDo(() => api.schedules.add({ install, when: when.trim(), action, missed, zone: inZone }));
  // What is wrong with the time stands at its field, which so stays where it was.
  const whenProblem = add.failure?.code === 'schedule_invalid' ? add.failure.message : null;
  const submit = async (): Promise<void> => {
    if ((await add.run()) === null) return;
    setOpen(false);
    setWhen('');
    onAdded();
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="top-start"
      shadow="md"
      width={320}
      trapFocus
      middlewares={{ shift: true, flip: true, size: true }}
    >
      <Popover.Target>
        <Button
          leftSection={<IconClock size={14} aria-hidden />}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {texts.schedule}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.add ?? ''}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Stack gap="xs">
            <TextInput
              label={texts.when}
              description={texts.whenHint}
              data-autofocus
              value={when}
              error={whenProblem}
              onChange={(event) => {
                add.clear();
                setWhen(event.currentTarget.value);
              }}
            />
            <Select
              label={texts.what}
              allowDeselect={false}
              data={Object.entries(texts.acts).map(([value, label]) => ({ value, label }))}
              value={action}
              onChange={(value) => setAction(value as ScheduleAction)}
              comboboxProps={{ withinPortal: false }}
            />
            <Select
              label={texts.missed}
              allowDeselect={false}
              data={Object.entries(texts.policies).map(([value, label]) => ({ value, label }))}
              value={missed}
              onChange={(value) => setMissed(value as MissedPolicy)}
              comboboxProps={{ withinPortal: false }}
            />
            <Select
              label={texts.zone}
              allowDeselect={false}
              data={[...new Set([zone, 'UTC'])]}
              value={inZone}
              onChange={(value) => setZone(value)}
              comboboxProps={{ withinPortal: false }}
            />
            {add.failure !== null && whenProblem === null && <Failed failure={add.failure} />}
            <Button type="submit" variant="filled" disabled={when.trim() === ''} loading={add.isBusy}>
              {texts.add}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
