import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp, IconDots, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Profile } from '../../../../electron/contract/demo.ts';
import { Failed } from '../../../parts/failure.tsx';
import { showUndo } from '../../../parts/undo-note.tsx';
import { useAsk, useDo } from '../../../store/ask.ts';
import { minutesUntil } from '../../../store/primary.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import styles from './demo.module.css';
import { ExchangeMenu } from './exchange.tsx';
import { NewProfile } from './new-profile.tsx';
import { copyName } from './values.ts';

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
  const duplicate = useDo((profile: string, to: string) =>
    api.demo.profiles.duplicate({ name, profile, to }),
  );
  const remove = useDo((profile: string) => api.demo.profiles.delete({ name, profile }));
  const undo = useDo((profile: string) => api.demo.profiles.undelete({ name, profile }));
  const removed = useAsk(`${name} ${JSON.stringify(profiles)}`, (signal) =>
    api.demo.profiles.removed({ name }, { signal }),
  );
  const failure = duplicate.failure ?? remove.failure ?? undo.failure;
  const bringBack = async (profile: string): Promise<void> => {
    if ((await undo.run(profile)) === null) return;
    notifications.show({ message: texts.isBack(profile) });
    onChanged();
    onPick(profile);
  };
  return (
    <nav aria-label={texts.profiles}>
      <div className={styles.label}>
        {texts.profiles}
        <ExchangeMenu
          install={name}
          hasProfiles={profiles.length > 0}
          onImported={(imported) => {
            const replaced = profiles.filter((each) => imported.some((one) => one.name === each.name));
            notifications.show({
              message: texts.imported(
                imported.length,
                replaced.map((each) => each.name),
              ),
            });
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
                  const made = await duplicate.run(profile.name, copyName(profiles, profile.name));
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
                  const gone = await remove.run(profile.name);
                  if (gone === null) return;
                  if (picked === profile.name) onPick(null);
                  onChanged();
                  showUndo(
                    texts.deletedFor(gone.name, minutesUntil(gone.until)),
                    texts.undo,
                    () => void bringBack(gone.name),
                  );
                }}
              >
                {texts.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      ))}
      {isNew ? (
        <NewProfile
          install={name}
          profiles={profiles}
          onMade={(made) => {
            setNew(false);
            onChanged();
            onPick(made);
          }}
          onCancel={() => setNew(false)}
        />
      ) : (
        <Button
          mt={4}
          variant="subtle"
          color="gray"
          c="var(--rp-quiet)"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setNew(true)}
        >
          {texts.newProfile}
        </Button>
      )}
      {removed.data !== null && removed.data.length > 0 && (
        <ul className={styles.removed} aria-label={texts.removed}>
          {removed.data.map((each) => (
            <li key={each.name}>
              <span>{each.name}</span>
              <Button
                size="compact-xs"
                leftSection={<IconArrowBackUp size={13} aria-hidden />}
                loading={undo.isBusy}
                aria-label={texts.undelete(each.name)}
                title={texts.deletedFor(each.name, minutesUntil(each.until))}
                onClick={() => void bringBack(each.name)}
              >
                {texts.undo}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {failure !== null && <Failed failure={failure} />}
    </nav>
  );
}
