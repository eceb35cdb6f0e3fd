import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRestore } from '@tabler/icons-react';
import { CopyCommand } from '../../parts/command.tsx';
import { useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';

/** Resets every install, each with the profile that is on; there where several are dressed for a demo. */
export function ResetAll() {
  const count = useWorld(({ cards }) => cards.length);
  const dressed = useWorld(({ cards }) => cards.filter(({ profile }) => profile !== null).length);
  const reset = useDo(async () => {
    const { resets, failed } = await api.installs.resetAll();
    notifications.show({
      color: failed.length === 0 ? 'sea' : 'red',
      withBorder: true,
      autoClose: failed.length === 0 ? 5000 : false,
      message: [
        texts.allReset(resets.length, resets.filter(({ former }) => former !== null).length),
        ...failed.map(({ name, message }) => texts.notReset(name, message)),
      ].join(' '),
    });
  });
  if (dressed < 2 && !reset.isBusy) return null;
  return (
    <>
      <Button
        size="sm"
        leftSection={<IconRestore size={15} aria-hidden />}
        loading={reset.isBusy}
        title={texts.resetAllAbout(count)}
        onClick={async () => {
          await reset.run();
        }}
      >
        {texts.resetAll(count)}
      </Button>
      <CopyCommand command={commandOf('reset', '--all')} />
      {reset.failure !== null && <span role="alert">{reset.failure.message}</span>}
    </>
  );
}
