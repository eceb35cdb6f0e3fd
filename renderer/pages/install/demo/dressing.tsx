import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye, IconPencil, IconRestore } from '@tabler/icons-react';
import { useState } from 'react';
import type { Card } from '../../../../electron/contract/card.ts';
import type { DemoStatements, Profile } from '../../../../electron/contract/demo.ts';
import { CopyCommand } from '../../../parts/command.tsx';
import { Failed } from '../../../parts/failure.tsx';
import { formatDuration } from '../../../parts/format.ts';
import { useAsk, useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import styles from './demo.module.css';
import { PreviewPane } from './preview-pane.tsx';
import { Profiles } from './profiles.tsx';
import { Schedules } from './schedules.tsx';
import { ValueForm } from './value-form.tsx';

interface Props {
  readonly card: Card;
  readonly statements: DemoStatements;
  readonly profiles: readonly Profile[];
  onChanged(): void;
  onEdit(): void;
}

/** Whom the demo is for, what that fills in, and what it changes. */
export function Dressing({ card, statements, profiles, onChanged, onEdit }: Props) {
  const { name } = card;
  const [picked, setPicked] = useState(card.profile ?? profiles[0]?.name ?? null);
  const profile = profiles.find((each) => each.name === picked) ?? null;
  const wish = profile === null ? {} : { profile: profile.name };
  const preview = useDo(() => api.demo.preview({ name, wish }));
  const [shown, setShown] = useState<Awaited<ReturnType<typeof preview.run>>>(null);
  const reset = useDo(() => api.installs.reset({ name, wish }));
  const edits = useAsk(`${name} ${card.resetAt}`, (signal) => api.installs.edits({ name }, { signal }));
  const going = (edits.data ?? []).reduce((sum, table) => sum + table.rows, 0);
  const doReset = async (): Promise<void> => {
    const done = await reset.run();
    if (done === null) return;
    notifications.show({ message: texts.done(done.statements.rows, formatDuration(done.ms.switch)) });
    onChanged();
  };
  const pick = (next: string | null): void => {
    setPicked(next);
    setShown(null);
    preview.clear();
  };
  return (
    <div className={styles.tab}>
      <div className={`${styles.pane} ${styles.profiles}`}>
        <Profiles install={name} profiles={profiles} picked={picked} onPick={pick} onChanged={onChanged} />
      </div>
      <div className={styles.pane}>
        <ValueForm
          key={picked}
          install={name}
          sql={statements.sql}
          parameters={statements.parameters}
          profile={profile}
          onSaved={() => {
            setShown(null);
            onChanged();
          }}
        />
        <Group gap="xs" mt="md">
          <Button
            size="sm"
            variant="filled"
            leftSection={<IconRestore size={15} aria-hidden />}
            loading={reset.isBusy}
            onClick={doReset}
          >
            {profile === null ? texts.reset : texts.resetAs(profile.name)}
          </Button>
          <CopyCommand
            command={`rockpool reset ${name}${profile === null ? '' : ` --profile '${profile.name.replaceAll("'", "'\\''")}'`}`}
          />
        </Group>
        <Text size="sm" c="dimmed" mt="xs">
          {texts.resetHint(going === 0 ? texts.nothingGoes : texts.willGo(going))}
        </Text>
        {reset.failure !== null && <Failed failure={reset.failure} />}
        <Schedules install={name} />
      </div>
      <div className={styles.pane}>
        <Group gap="xs" mb="sm">
          <Text fw={600}>{texts.preview}</Text>
          <Button ml="auto" leftSection={<IconPencil size={14} aria-hidden />} onClick={onEdit}>
            {texts.edit}
          </Button>
          <Button
            leftSection={<IconEye size={14} aria-hidden />}
            loading={preview.isBusy}
            onClick={async () => setShown(await preview.run())}
          >
            {texts.tryIt}
          </Button>
        </Group>
        {preview.failure !== null && <Failed failure={preview.failure} />}
        <PreviewPane statements={statements} preview={shown} isTrying={preview.isBusy} />
      </div>
    </div>
  );
}
