import { Button, Group, Title } from '@mantine/core';
import { IconCamera, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import { Chips } from '../../parts/chips.tsx';
import { CopyCommand } from '../../parts/command.tsx';
import { Connection } from '../../parts/connection.tsx';
import { formatBytes } from '../../parts/format.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { actionOf } from '../../store/actions.ts';
import { useActs } from '../../store/acts.ts';
import { jobOn, useWorld } from '../../store/world.ts';
import { texts as general } from '../../texts/general.ts';
import { texts as home } from '../../texts/home.ts';
import { texts } from '../../texts/install.ts';
import { ActFailure } from '../home/act-failure.tsx';
import { CardMenu } from '../home/card-menu.tsx';
import styles from './install.module.css';

/** Which install this is, how it is, what is on, and what can be done with it. */
export function InstallHead({ card }: { card: Card }) {
  const { name } = card;
  const job = useWorld((world) => jobOn(world.jobs, name));
  const busy = useActs((acts) => acts.busy[name]);
  const hasFailed = useActs((acts) => acts.failed[name] !== undefined);
  const reset = actionOf(card, 'reset');
  const facts = [
    card.serverVersion === null ? '' : `PostgreSQL ${card.serverVersion.split('.')[0]}`,
    card.serverKind,
    formatBytes(card.sizeBytes),
  ].filter((fact) => fact !== '');
  return (
    <div>
      <InstallCrumbs name={name} more={<StateDot state={job === undefined ? card.serverState : 'working'} />}>
        <Group gap="xs" ml="auto" wrap="nowrap">
          <CopyCommand command={reset.command} />
          <Button
            leftSection={<IconCamera size={15} aria-hidden />}
            onClick={() => actionOf(card, 'snapshot').run()}
          >
            {texts.snapshot}
          </Button>
          <Button
            variant="filled"
            leftSection={<IconRefresh size={15} aria-hidden />}
            loading={busy === 'reset'}
            disabled={job !== undefined}
            aria-label={home.actionFor(reset.label, name)}
            onClick={reset.run}
          >
            {reset.label}
          </Button>
          <CardMenu card={card} />
        </Group>
      </InstallCrumbs>
      <div className={styles.second}>
        <div className={styles.connection}>
          <Connection install={card} />
        </div>
        <span className={`${styles.facts} num`} title={facts.join(' · ')}>
          {facts.join(' · ')}
        </span>
        <Chips card={card} />
      </div>
      {hasFailed && (
        <div className={styles.strip}>
          <ActFailure card={card} />
        </div>
      )}
    </div>
  );
}

/** The way here and the install's name, what is said of it beside, and what can be done at the other end. */
export function InstallCrumbs({
  name,
  more,
  children,
}: {
  name: string;
  more?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className={styles.top}>
      <div className={styles.crumbs}>
        <Link href="/">{general.nav.home}</Link>
        <span className="quiet">/</span>
        <Title order={1} className={styles.name ?? ''}>
          {name}
        </Title>
        {more}
      </div>
      {children}
    </header>
  );
}
