import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Profile } from '../../../../electron/contract/demo.ts';
import { Failed } from '../../../parts/failure.tsx';
import { useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import styles from './demo.module.css';
import { ExchangeMenu } from './exchange.tsx';

interface Props {
  readonly install: string;
  readonly profiles: readonly Profile[];
  readonly picked: string | null;
  onPick(profile: string | null): void;
  onChanged(): void;
}

/** The profiles of an install, one a prospect. */
export function Profiles({ install: name, profiles, picked, onPick, onChanged }: Props) {
  const [isNew, setNew] = useState(false);
  const [typed, setTyped] = useState('');
  const save = useDo((profile: string) => api.demo.profiles.save({ name, profile, values: {} }));
  const duplicate = useDo((profile: string, to: string) =>
    api.demo.profiles.duplicate({ name, profile, to }),
  );
  const remove = useDo((profile: string) => api.demo.profiles.delete({ name, profile }));
  const failure = save.failure ?? duplicate.failure ?? remove.failure;
  const create = async (): Promise<void> => {
    const made = await save.run(typed.trim());
    if (made === null) return;
    setNew(false);
    setTyped('');
    onChanged();
    onPick(made.name);
  };
  return (
    <nav aria-label={texts.profiles}>
      <div className={styles.label}>
        {texts.profiles}
        <ExchangeMenu
          install={name}
          hasProfiles={profiles.length > 0}
          onImported={(imported) => {
            notifications.show({ message: texts.imported(imported.length) });
            onChanged();
            onPick(imported[0]?.name ?? picked);
          }}
        />
      </div>
      {profiles.map((profile) => (
        <div
          key={profile.name}
          className={styles.profile}
          data-picked={profile.name === picked ? true : undefined}
        >
          <button
            type="button"
            className={styles.pick}
            aria-current={profile.name === picked}
            onClick={() => onPick(profile.name)}
          >
            {profile.name}
          </button>
          {profile.on && <span className={styles.on}>{texts.onNow}</span>}
          <Menu>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label={texts.menu(profile.name)}>
                <IconDots size={14} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                onClick={async () => {
                  const made = await duplicate.run(profile.name, texts.duplicateOf(profile.name));
                  if (made === null) return;
                  onChanged();
                  onPick(made.name);
                }}
              >
                {texts.duplicate}
              </Menu.Item>
              <Menu.Item
                color="red"
                onClick={async () => {
                  if ((await remove.run(profile.name)) === null) return;
                  if (picked === profile.name) onPick(null);
                  onChanged();
                }}
              >
                {texts.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      ))}
      {isNew ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <TextInput
            mt="xs"
            size="xs"
            data-autofocus
            autoFocus
            onFocus={(event) => event.currentTarget.select()}
            aria-label={texts.profileName}
            placeholder={texts.profileName}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group gap={6} mt={6}>
            <Button type="submit" variant="filled" disabled={typed.trim() === ''} loading={save.isBusy}>
              {texts.create}
            </Button>
            <Button onClick={() => setNew(false)}>{texts.cancel}</Button>
          </Group>
        </form>
      ) : (
        <Button
          mt={4}
          variant="subtle"
          color="gray"
          c="var(--rp-quiet)"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            setTyped(proposed(profiles));
            setNew(true);
          }}
        >
          {texts.newProfile}
        </Button>
      )}
      {failure !== null && <Failed failure={failure} />}
    </nav>
  );
}

// A name to begin with, so that nobody has to type one.
function proposed(profiles: readonly Profile[]): string {
  const taken = new Set(profiles.map(({ name }) => name));
  let number = profiles.length + 1;
  while (taken.has(texts.profileNumber(number))) number += 1;
  return texts.profileNumber(number);
}
