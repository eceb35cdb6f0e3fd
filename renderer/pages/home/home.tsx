import { Button, Skeleton } from '@mantine/core';
import { IconFolderCode, IconPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import type { Job } from '../../../electron/contract/job.ts';
import { Header } from '../../parts/header.tsx';
import { arrivingOf } from '../../store/arriving.ts';
import { useDismissed } from '../../store/dismissed.ts';
import { useAskNewer } from '../../store/newer.ts';
import { useWorld } from '../../store/world.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';
import { texts as project } from '../../texts/project.ts';
import { ArrivingCard } from './arriving.tsx';
import { InstallCard } from './card.tsx';
import { FirstRun } from './first-run.tsx';
import { CardGrid } from './grid.tsx';
import styles from './home.module.css';
import { Lately } from './lately.tsx';
import { RemovedInstalls } from './removed.tsx';
import { ResetAll } from './reset-all.tsx';

type Item = { readonly key: string; readonly card: Card } | { readonly key: string; readonly job: Job };

/** What is installed, what is on its way, and what was done last; the first steps where there is nothing yet. */
export function Home() {
  const { cards, jobs, loaded } = useWorld();
  const dismissed = useDismissed((state) => state.ids);
  useAskNewer();
  const arriving = arrivingOf(jobs, cards, dismissed);
  const isFirstRun = loaded && cards.length === 0 && arriving.every((job) => job.install === 'demo');
  const items: Item[] = [
    ...arriving.map((job) => ({ key: `job ${job.id}`, job })),
    ...cards.map((card) => ({ key: card.name, card })),
  ];
  return (
    <>
      <Header title={general.nav.home}>
        {loaded && (
          <Button
            component={Link}
            href="/project"
            size="sm"
            visibleFrom="lg"
            leftSection={<IconFolderCode size={15} aria-hidden />}
          >
            {project.open}
          </Button>
        )}
        <ResetAll />
        {loaded && !isFirstRun && (
          <Button
            component={Link}
            href="/datasets"
            size="sm"
            leftSection={<IconPlus size={15} aria-hidden />}
          >
            {texts.install}
          </Button>
        )}
      </Header>
      <div className={styles.page}>
        <RemovedInstalls />
        {!loaded ? (
          <Waiting />
        ) : isFirstRun ? (
          <FirstRun />
        ) : (
          <>
            <CardGrid items={items} keyOf={(item) => item.key} label={general.installs}>
              {(item) =>
                'card' in item ? <InstallCard card={item.card} /> : <ArrivingCard job={item.job} />
              }
            </CardGrid>
            <Lately />
          </>
        )}
      </div>
    </>
  );
}

function Waiting() {
  return (
    <div
      role="status"
      aria-busy="true"
      aria-label={general.loading}
      style={{ display: 'grid', gap: 16, gridTemplateColumns: 'repeat(auto-fill, minmax(320px, 1fr))' }}
    >
      <Skeleton height={188} animate={false} />
      <Skeleton height={188} animate={false} />
    </div>
  );
}
