import { Loader, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { SampleUser } from '../../../../electron/contract/impersonation.ts';
import { Failed } from '../../../parts/failure.tsx';
import { Loading } from '../../../parts/loading.tsx';
import { useAsk, useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/users.ts';
import { api } from '../../../wire/connection.ts';
import type { TabProps } from '../tab.ts';
import { Becoming } from './becoming.tsx';
import { Current } from './current.tsx';
import styles from './users.module.css';

/** The sample users of an install: find one, see what would change, and be them until stopped. */
export function UsersTab({ card }: TabProps) {
  const { name } = card;
  const place = useAsk(`${name} ${card.resetAt}`, (signal) => api.users.place({ name }, { signal }));
  const choose = useDo((table: string) => api.users.choose({ name, choice: { table, show: [] } }));
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, 80);
  const table = choose.isBusy ? null : (place.data?.table ?? null);
  const found = useAsk(`${name} ${card.resetAt} ${card.identity?.user} ${table} ${settled}`, (signal) =>
    api.users.search({ name, text: settled }, { signal }),
  );
  const [picked, setPicked] = useState<SampleUser | null>(null);
  if (place.data === null) {
    return place.failure === null ? <Loading /> : <Failed failure={place.failure} onRetry={place.again} />;
  }
  const failure = found.failure ?? choose.failure;
  return (
    <div className={styles.tab}>
      <div className={styles.list}>
        <div className={styles.search}>
          <TextInput
            value={text}
            placeholder={texts.search}
            aria-label={texts.search}
            leftSection={<IconSearch size={14} aria-hidden />}
            rightSection={found.isLoading && found.data !== null && <Loader size={12} />}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Select
            size="xs"
            aria-label={texts.table}
            leftSectionWidth={88}
            leftSection={<Text size="xs">{texts.table}</Text>}
            allowDeselect={false}
            searchable
            data={[...new Set([place.data.table, ...place.data.candidates])]}
            value={place.data.table}
            onChange={async (chosen) => {
              if (chosen === null || (await choose.run(chosen)) === null) return;
              setPicked(null);
              place.again();
              found.again();
            }}
          />
        </div>
        <div className={styles.rows}>
          {failure !== null && <Failed failure={failure} onRetry={found.again} />}
          {found.data === null && failure === null && <Loading rows={5} height={40} />}
          {found.data?.users.map((user) => (
            <UserRow
              key={user.id}
              user={user}
              isPicked={user.id === picked?.id}
              onPick={() => setPicked(user)}
            />
          ))}
          {found.data?.users.length === 0 && (
            <Text p="xs" c="dimmed">
              {settled === '' ? texts.noUsers : texts.none}
            </Text>
          )}
          {found.data?.more === true && (
            <Text p="xs" size="sm" c="dimmed">
              {texts.more}
            </Text>
          )}
        </div>
      </div>
      <div className={styles.detail}>
        {card.identity !== null && <Current card={card} identity={card.identity} />}
        {picked === null ? (
          card.identity === null && (
            <>
              <Text fw={600}>{texts.pick}</Text>
              <Text c="dimmed">{texts.pickHint}</Text>
            </>
          )
        ) : (
          <Becoming
            key={`${picked.id} ${card.identity?.user}`}
            card={card}
            user={picked}
            place={place.data}
          />
        )}
      </div>
    </div>
  );
}

interface RowProps {
  readonly user: SampleUser;
  readonly isPicked: boolean;
  onPick(): void;
}

function UserRow({ user, isPicked, onPick }: RowProps) {
  const facts = Object.entries(user.columns)
    .filter(([, value]) => value !== null && String(value) !== user.label)
    .map(([key, value]) => `${key} ${value}`);
  return (
    <button type="button" className={styles.user} aria-current={isPicked} onClick={onPick}>
      {user.label} {user.gone && <span className="quiet">({texts.gone})</span>}
      <span className={styles.facts}>{facts.join(' · ')}</span>
    </button>
  );
}
