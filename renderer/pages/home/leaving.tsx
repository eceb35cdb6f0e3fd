import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Card } from '../../../electron/contract/card.ts';
import { removeNow } from '../../store/actions.ts';
import { takeBack, useActs } from '../../store/acts.ts';
import { texts } from '../../texts/home.ts';
import styles from './card.module.css';

/** A removal that is about to begin: what goes with it, and the way back. */
export function Leaving({ card, changedRows }: { card: Card; changedRows: number | null }) {
  const { name, tables, rows } = card;
  const at = useActs((acts) => acts.leaving[name]);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (at === undefined) return null;
  const seconds = Math.max(0, Math.ceil((at - now) / 1000));
  return (
    <div className={styles.foot} role="status">
      <p className={styles.leaving}>
        {texts.leaving(name, tables, rows, seconds)}
        {changedRows !== null && changedRows > 0 && texts.leavingChanges(changedRows)}
      </p>
      <Button autoFocus onClick={() => takeBack(name)}>
        {texts.keep}
      </Button>
      <Button color="red" variant="light" onClick={() => removeNow(name)}>
        {texts.removeNow}
      </Button>
    </div>
  );
}
