import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { CommandLine } from '../../parts/command.tsx';
import { moveTo } from '../../store/actions.ts';
import { useAsk } from '../../store/ask.ts';
import { commandOf, option } from '../../store/command.ts';
import { closeDialog } from '../../store/dialog.ts';
import { useWorld } from '../../store/world.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';
import { type Place, portProblem, ServerFields } from '../datasets/server-fields.tsx';

/** Asks where an install is to go, and says what becomes of it there. */
export function MoveDialog({ name }: { name: string }) {
  const card = useWorld((world) => world.cards.find((each) => each.name === name));
  const [place, setPlace] = useState<Place>({
    server: card?.serverKind ?? 'embedded',
    postgres: '',
    port: '',
  });
  const edits = useAsk(name, (signal) => api.installs.edits({ name }, { signal }));
  const changed = edits.data?.reduce((sum, table) => sum + table.rows, 0) ?? 0;
  const wish = {
    server: place.server,
    postgres: place.postgres === '' ? null : Number(place.postgres),
    port: place.port === '' ? null : Number(place.port),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (portProblem(place.port) !== null) return;
    closeDialog();
    void moveTo(name, wish);
  };
  return (
    <Modal
      opened
      size={560}
      onClose={closeDialog}
      title={texts.move.title(name)}
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {texts.move.about} {changed > 0 && texts.move.lost(changed)}
          </Text>
          <ServerFields place={place} set={(change) => setPlace((before) => ({ ...before, ...change }))} />
          <CommandLine
            command={commandOf(
              'move',
              name,
              '--server',
              wish.server,
              ...option('--postgres', wish.postgres),
              ...option('--port', wish.port),
            )}
          />
          <Group justify="flex-end" gap="xs">
            <Button size="sm" onClick={closeDialog}>
              {general.cancel}
            </Button>
            <Button size="sm" type="submit" variant="filled">
              {texts.move.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
