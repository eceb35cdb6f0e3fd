import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { RemovedInstall } from '../../../electron/contract/card.ts';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { minutesUntil } from '../../store/primary.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';
import styles from './removed.module.css';

/** Removals that can still be undone: what goes for good, when, and the way back. */
export function RemovedInstalls() {
  const removed = useWorld((world) => world.removed);
  if (removed.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={texts.removedList}>
      {removed.map((each) => (
        <Line key={each.name} removed={each} />
      ))}
    </ul>
  );
}

function Line({ removed: { name, until, tables, rows } }: { removed: RemovedInstall }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 20_000);
    return () => clearInterval(timer);
  }, []);
  const back = useDo(() => api.installs.unremove({ name }));
  const finish = useDo(() => api.installs.remove({ name }));
  const failure = back.failure ?? finish.failure;
  return (
    <li className={styles.item}>
      <span className={`${styles.text} num`}>
        {texts.removedLine(name, tables, rows, minutesUntil(until))}
      </span>
      <CopyCommand command={commandOf('remove', name, '--undo')} />
      <Button
        leftSection={<IconArrowBackUp size={14} aria-hidden />}
        loading={back.isBusy}
        disabled={finish.isBusy}
        aria-label={texts.unremove(name)}
        onClick={() => void back.run()}
      >
        {texts.undoRemoval}
      </Button>
      <Button
        variant="subtle"
        color="gray"
        c="var(--rp-quiet)"
        loading={finish.isBusy}
        disabled={back.isBusy}
        aria-label={texts.actionFor(texts.removeNow, name)}
        onClick={() => void finish.run()}
      >
        {texts.removeNow}
      </Button>
      {failure !== null && (
        <div className={styles.failure}>
          <Failed
            failure={failure}
            onDismiss={() => {
              back.clear();
              finish.clear();
            }}
          />
        </div>
      )}
    </li>
  );
}
