import { Button, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp, IconCamera } from '@tabler/icons-react';
import { useState } from 'react';
import type { Snapshot } from '../../../electron/contract/install.ts';
import { titleProblem } from '../../../electron/contract/title-problem.ts';
import { Ago } from '../../parts/ago.tsx';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes, formatDuration, formatExact } from '../../parts/format.ts';
import { Loading } from '../../parts/loading.tsx';
import { showUndo } from '../../parts/undo-note.tsx';
import { useAsk, useDo } from '../../store/ask.ts';
import { minutesUntil } from '../../store/primary.ts';
import { useWorld } from '../../store/world.ts';
import { texts as all } from '../../texts/install.ts';
import { api } from '../../wire/connection.ts';
import styles from './install.module.css';
import type { TabProps } from './tab.ts';

const texts = all.snapshots;

/** Copies of the live that can be gone back to. */
export function SnapshotsTab({ card }: TabProps) {
  const { name } = card;
  // A job of this install that ended may have made one, or let one go.
  const ended = useWorld(
    (world) => world.jobs.filter((job) => job.install === name && job.endedAt !== null).length,
  );
  const list = useAsk(`${name} ${ended} ${card.undo?.label}`, (signal) =>
    api.installs.snapshots.list({ name }, { signal }),
  );
  const removed = useAsk(`${name} ${list.data?.length}`, (signal) =>
    api.installs.snapshots.removed({ name }, { signal }),
  );
  const undo = useDo((of: string) => api.installs.snapshots.undelete({ name, label: of }));
  const bringBack = async (of: string): Promise<void> => {
    if ((await undo.run(of)) === null) return;
    notifications.show({ message: texts.isBack(of) });
    list.again();
    removed.again();
  };
  const [label, setLabel] = useState('');
  const isTaken = list.data?.some((each) => each.label === label.trim()) === true;
  const problem =
    label.trim() === '' ? null : (titleProblem(label.trim()) ?? (isTaken ? texts.taken(label.trim()) : null));
  const save = useDo(() => api.installs.snapshots.save({ name, label: label.trim() }));
  const doSave = async (): Promise<void> => {
    const saved = await save.run();
    if (saved === null) return;
    setLabel('');
    notifications.show({ message: texts.closed(formatDuration(saved.ms.closed)) });
    list.again();
  };
  return (
    <div className={styles.text}>
      <section className={styles.card} aria-label={texts.save}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void doSave();
          }}
        >
          <Group align="flex-start" gap="xs" className={styles.field ?? ''}>
            <TextInput
              w={280}
              label={texts.label}
              placeholder={texts.placeholder}
              value={label}
              error={problem}
              onChange={(event) => setLabel(event.currentTarget.value)}
            />
            <Button
              type="submit"
              size="sm"
              variant="filled"
              disabled={label.trim() === '' || problem !== null}
              loading={save.isBusy}
              leftSection={<IconCamera size={15} aria-hidden />}
            >
              {texts.save}
            </Button>
          </Group>
          <Text size="xs" c="dimmed" mt={6}>
            {texts.hint}
          </Text>
        </form>
        {save.failure !== null && <Failed failure={save.failure} />}
      </section>
      {list.failure !== null && <Failed failure={list.failure} onRetry={list.again} />}
      {list.data === null && list.failure === null && <Loading rows={3} />}
      {list.data?.length === 0 && (
        <Stack gap={2}>
          <Text fw={600}>{texts.empty}</Text>
          <Text c="dimmed">{texts.emptyHint}</Text>
        </Stack>
      )}
      {list.data !== null && list.data.length > 0 && (
        <section className={styles.card} aria-label={all.tabs.snapshots}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{texts.columns.label}</Table.Th>
                <Table.Th>{texts.columns.saved}</Table.Th>
                <Table.Th>{texts.columns.revision}</Table.Th>
                <Table.Th ta="right">{texts.columns.size}</Table.Th>
                <Table.Th>{texts.columns.goes}</Table.Th>
                <Table.Th>
                  <VisuallyHidden>{texts.actions}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.data.map((snapshot) => (
                <SnapshotRow
                  key={snapshot.label}
                  name={name}
                  snapshot={snapshot}
                  onDone={list.again}
                  onUndo={(of) => void bringBack(of)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
      {undo.failure !== null && <Failed failure={undo.failure} onDismiss={undo.clear} />}
      {removed.data !== null && removed.data.length > 0 && (
        <section className={styles.card} aria-label={texts.removed}>
          {removed.data.map((each) => (
            <Group key={each.label} gap="xs" justify="space-between" wrap="nowrap">
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {texts.deletedFor(each.label, minutesUntil(each.until))}
              </Text>
              <Button
                leftSection={<IconArrowBackUp size={14} aria-hidden />}
                loading={undo.isBusy}
                aria-label={texts.undelete(each.label)}
                onClick={() => void bringBack(each.label)}
              >
                {texts.undo}
              </Button>
            </Group>
          ))}
        </section>
      )}
    </div>
  );
}

interface RowProps {
  readonly name: string;
  readonly snapshot: Snapshot;
  onDone(): void;
  onUndo(label: string): void;
}

function SnapshotRow({ name, snapshot, onDone, onUndo }: RowProps) {
  const { label } = snapshot;
  const restore = useDo(() => api.installs.snapshots.restore({ name, label }));
  const remove = useDo(() => api.installs.snapshots.delete({ name, label, keep: true }));
  const failure = restore.failure ?? remove.failure;
  const doRestore = async (): Promise<void> => {
    const done = await restore.run();
    if (done === null) return;
    notifications.show({ message: texts.restored(label, formatDuration(done.ms.switch)) });
    onDone();
  };
  const doRemove = async (): Promise<void> => {
    const gone = await remove.run();
    if (gone === null) return;
    onDone();
    if (gone.until !== null)
      showUndo(texts.deletedFor(label, minutesUntil(gone.until)), texts.undo, () => onUndo(label));
  };
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {label}
        {failure !== null && <Failed failure={failure} />}
      </Table.Td>
      <Table.Td>
        <Ago at={snapshot.createdAt} />
      </Table.Td>
      <Table.Td>{snapshot.revision}</Table.Td>
      <Table.Td ta="right" className="num">
        {formatBytes(snapshot.sizeBytes)}
      </Table.Td>
      <Table.Td className="num">
        {snapshot.expiresAt === null ? texts.kept : formatExact(snapshot.expiresAt)}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button loading={restore.isBusy} onClick={doRestore}>
            {texts.restore}
          </Button>
          <Button color="red" variant="subtle" loading={remove.isBusy} onClick={() => void doRemove()}>
            {texts.delete}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
