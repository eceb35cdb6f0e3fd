import { IconArrowBackUp, IconUser } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Card } from '../../electron/contract/card.ts';
import { actionOf } from '../store/actions.ts';
import { minutesUntil } from '../store/primary.ts';
import { texts } from '../texts/home.ts';
import styles from './chips.module.css';

/** What is on in an install: a profile, an identity; and what can be taken back. The row they stand in is their page's. */
export function Chips({ card }: { card: Card }) {
  const { name, profile, identity, undo } = card;
  return (
    <>
      {profile !== null && (
        <Link href={`/install/${name}/demo`} className={styles.chip} data-tone="accent">
          {texts.demo(profile)}
        </Link>
      )}
      {identity !== null && (
        <Link href={`/install/${name}/users`} className={styles.chip} data-tone="warn">
          <IconUser size={13} aria-hidden />
          {texts.youAre(identity.label)}
        </Link>
      )}
      {undo !== null && (
        <button
          type="button"
          className={styles.chip}
          data-tone="accent"
          title={texts.undo(undo.label, minutesUntil(undo.expiresAt))}
          onClick={() => actionOf(card, 'undo').run()}
        >
          <IconArrowBackUp size={13} aria-hidden />
          {texts.undoShort(undo.label, minutesUntil(undo.expiresAt))}
        </button>
      )}
    </>
  );
}
