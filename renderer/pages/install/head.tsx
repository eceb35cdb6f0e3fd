import { Button, Group, Title } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes } from '../../parts/format.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { texts as general } from '../../texts/general.ts';
import { api } from '../../wire/connection.ts';
import styles from './install.module.css';

/** Which install this is, how it is, and its first action. */
export function InstallHead({ card }: { card: Card }) {
  const reset = useDo(() => api.installs.reset({ name: card.name }));
  const facts = [
    card.serverVersion === null ? '' : `PostgreSQL ${card.serverVersion.split('.')[0]}`,
    card.serverKind,
    formatBytes(card.sizeBytes),
  ].filter((fact) => fact !== '');
  return (
    <div>
      <Group component="header" px="lg" pt={14} pb={4} gap="sm" wrap="nowrap" mih={56}>
        <div className={styles.crumbs}>
          <Link href="/">{general.nav.home}</Link>
          <span className="quiet">/</span>
          <Title order={1} className={styles.name ?? ''}>
            {card.name}
          </Title>
          <StateDot state={card.serverState} />
          <span className={`${styles.facts} num`}>{facts.join(' · ')}</span>
        </div>
        <Group gap="xs" ml="auto" wrap="nowrap">
          <Button
            variant="filled"
            leftSection={<IconRestore size={15} aria-hidden />}
            loading={reset.isBusy}
            onClick={() => reset.run()}
          >
            Reset
          </Button>
        </Group>
      </Group>
      {reset.failure !== null && <Failed failure={reset.failure} />}
    </div>
  );
}
