import type { Card } from '../../../electron/contract/card.ts';
import { Ago } from '../../parts/ago.tsx';
import { texts } from '../../texts/home.ts';
import styles from './card.module.css';

/** One line on the state of an install's data. It holds its place while it is not known. */
export function CardNote({ card, changedRows }: { card: Card; changedRows: number | null }) {
  return (
    <p className={styles.note} style={{ margin: 0 }} aria-live="polite">
      {noteOf(card, changedRows)}
    </p>
  );
}

function noteOf(card: Card, changedRows: number | null) {
  const { server, serverState, resetAt, createdAt, spare } = card;
  if (serverState === 'stopped') return texts.stopped(server);
  if (serverState === 'starting') return texts.starting(server);
  if (serverState === 'failed') return texts.failedServer(server);
  if (changedRows === null) return null;
  if (changedRows === 0) return spare.ready ? texts.spareReady : (spare.note ?? texts.clean);
  return (
    <>
      {texts.changed(changedRows)} {resetAt === null ? texts.sinceInstall : texts.sinceReset}{' '}
      <Ago at={resetAt ?? createdAt} />
    </>
  );
}
