import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { titleProblem } from '../../../electron/contract/title-problem.ts';
import { CommandLine } from '../../parts/command.tsx';
import { formatBytes } from '../../parts/format.ts';
import { saveSnapshot } from '../../store/actions.ts';
import { commandOf } from '../../store/command.ts';
import { closeDialog } from '../../store/dialog.ts';
import { useWorld } from '../../store/world.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';

/** Asks what a snapshot is to be called, and says what saving it does. */
export function SnapshotDialog({ name }: { name: string }) {
  const sizeBytes = useWorld((world) => world.cards.find((card) => card.name === name)?.sizeBytes ?? 0);
  const [label, setLabel] = useState(() => texts.snapshotLabel());
  const problem = titleProblem(label.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== null) return;
    closeDialog();
    void saveSnapshot(name, label.trim());
  };
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={texts.snapshot.title(name)}
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label={texts.snapshot.label}
            value={label}
            error={label === '' ? null : problem}
            data-autofocus
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            {texts.snapshot.about(formatBytes(sizeBytes))}
          </Text>
          <CommandLine command={commandOf('snapshot', 'save', name, label.trim())} />
          <Group justify="flex-end" gap="xs">
            <Button size="sm" onClick={closeDialog}>
              {general.cancel}
            </Button>
            <Button size="sm" type="submit" variant="filled" disabled={problem !== null}>
              {texts.snapshot.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
