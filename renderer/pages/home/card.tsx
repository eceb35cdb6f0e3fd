import { Button, Group } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import chips from '../../parts/chips.module.css';
import { Chips } from '../../parts/chips.tsx';
import { Connection } from '../../parts/connection.tsx';
import { formatBytes, formatMany } from '../../parts/format.ts';
import { type DotState, StateDot } from '../../parts/state-dot.tsx';
import { actionOf } from '../../store/actions.ts';
import { useActs } from '../../store/acts.ts';
import { useNewer } from '../../store/newer.ts';
import { buttonsOf, primaryOf } from '../../store/primary.ts';
import { jobOn, useWorld } from '../../store/world.ts';
import { texts } from '../../texts/home.ts';
import { ActFailure } from './act-failure.tsx';
import styles from './card.module.css';
import { CardMenu } from './card-menu.tsx';
import { useChanges } from './changes.ts';
import { JobProgress } from './job-progress.tsx';
import { CardNote } from './note.tsx';

/** An install at a glance: what it is, what is on, how to connect, what fits to do, and the work on it. */
export function InstallCard({ card }: { card: Card }) {
  const { name, identity } = card;
  const job = useWorld((world) => jobOn(world.jobs, name));
  const newer = useNewer(({ byName }) => byName[name] ?? null);
  const busy = useActs((acts) => acts.busy[name]);
  const changedRows = useChanges(card);
  const primary = primaryOf(card, { changedRows });
  const dot: DotState = job === undefined ? card.serverState : 'working';
  return (
    <article className={styles.card} aria-labelledby={`install-${name}`}>
      <div className={styles.head}>
        <StateDot state={dot} />
        <Link href={`/install/${name}`} className={styles.name} id={`install-${name}`}>
          {name}
        </Link>
        <span className={styles.origin}>
          <span className={styles.dataset} title={card.dataset}>
            {card.dataset}
          </span>
          <span className={styles.revision} title={card.revision}>
            @ {card.revision}
          </span>
        </span>
        {newer !== null && (
          <button
            type="button"
            className={chips.chip}
            data-tone="accent"
            title={texts.newerTitle(newer)}
            onClick={() => actionOf(card, 'update').run()}
          >
            {texts.newer}
          </button>
        )}
        <CardMenu card={card} />
      </div>
      {job === undefined ? (
        <>
          <div className={`${styles.chips} num`}>
            <span className={chips.chip}>{texts.postgres(card.serverVersion, card.serverKind)}</span>
            <span className={chips.chip}>
              {texts.size(formatBytes(card.sizeBytes), formatMany(card.rows))}
            </span>
            <Chips card={card} />
          </div>
          <Connection install={card} />
          <ActFailure card={card} />
          <div className={styles.foot}>
            <CardNote card={card} changedRows={changedRows} />
            <Group gap={8} wrap="nowrap">
              {buttonsOf(primary, identity !== null).map((key) => (
                <Button
                  key={key}
                  variant={key === primary ? 'filled' : 'default'}
                  loading={busy === key}
                  leftSection={key === 'reset' ? <IconRefresh size={14} aria-hidden /> : undefined}
                  aria-label={texts.actionFor(texts.buttons[key] ?? actionOf(card, key).label, name)}
                  onClick={() => actionOf(card, key).run()}
                >
                  {texts.buttons[key] ?? actionOf(card, key).label}
                </Button>
              ))}
            </Group>
          </div>
        </>
      ) : (
        <JobProgress job={job} />
      )}
    </article>
  );
}
