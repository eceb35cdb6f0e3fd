import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { type ComponentType, Suspense } from 'react';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import { Failed } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { part } from '../../parts/part.ts';
import { useDo } from '../../store/ask.ts';
import { jobOn, useWorld } from '../../store/world.ts';
import { texts as home } from '../../texts/home.ts';
import { texts } from '../../texts/install.ts';
import { api } from '../../wire/connection.ts';
import { useChanges } from '../home/changes.ts';
import { InstallCrumbs, InstallHead } from './head.tsx';
import styles from './install.module.css';
import type { TabProps } from './tab.ts';
import { Working } from './working.tsx';

type TabName = keyof typeof texts.tabs;

// Each tab brings what it needs (an editor, a layout engine) when it is first opened.
const tabs: Record<TabName, ComponentType<TabProps>> = {
  data: part(async () => (await import('./data/data.tsx')).DataTab),
  diagram: part(async () => (await import('./diagram/diagram.tsx')).DiagramTab),
  space: part(async () => (await import('./space/space.tsx')).SpaceTab),
  sql: part(async () => (await import('./sql/sql.tsx')).SqlTab),
  demo: part(async () => (await import('./demo/demo.tsx')).DemoTab),
  users: part(async () => (await import('./users/users.tsx')).UsersTab),
  snapshots: part(async () => (await import('./snapshots.tsx')).SnapshotsTab),
  report: part(async () => (await import('./report.tsx')).ReportTab),
};

/** These can be seen while the server is stopped. */
const withoutServer: ReadonlySet<string> = new Set(['report', 'snapshots']);

interface Props {
  readonly name: string;
  readonly tab: string;
  readonly rest: string;
}

/** One install: what is in it, and what can be done with it. */
export function InstallPage({ name, tab, rest }: Props) {
  const card = useWorld((world) => world.cards.find((each) => each.name === name));
  const loaded = useWorld((world) => world.loaded);
  if (card === undefined)
    return loaded ? <NotThere name={name} /> : <Waiting name={name} tab={chosenOf(tab)} />;
  return <Install card={card} tab={tab} rest={rest} />;
}

function Install({ card, tab, rest }: { card: Card; tab: string; rest: string }) {
  const { name } = card;
  const changedRows = useChanges(card);
  const chosen = chosenOf(tab);
  const Tab = tabs[chosen];
  const isClosed = card.serverState !== 'running' && !withoutServer.has(chosen);
  return (
    <div className={styles.page}>
      <InstallHead card={card} />
      <div className={styles.bar}>
        <TabLinks name={name} chosen={chosen} />
        <Status name={name} changedRows={changedRows} />
      </div>
      <div className={styles.body}>
        {isClosed ? (
          <Stopped server={card.server} />
        ) : (
          <Suspense fallback={<Loading />}>
            <Tab card={card} rest={rest} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

/** What is known before anything has come: which install is meant, and where its parts will be. */
function Waiting({ name, tab }: { name: string; tab: TabName }) {
  return (
    <div className={styles.page}>
      <InstallCrumbs name={name} />
      <div className={styles.bar}>
        <TabLinks name={name} chosen={tab} />
      </div>
      <div className={styles.body}>
        <Loading />
      </div>
    </div>
  );
}

function TabLinks({ name, chosen }: { name: string; chosen: TabName }) {
  return (
    <nav className={styles.tabs} aria-label={name}>
      {Object.entries(texts.tabs).map(([key, label]) => (
        <Link
          key={key}
          href={`/install/${name}/${key}`}
          className={styles.tab}
          aria-current={key === chosen ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

function chosenOf(tab: string): TabName {
  return tab in tabs ? (tab as TabName) : 'data';
}

/** The work that goes on, or what a reset would take away, in one place that moves nothing. */
function Status({ name, changedRows }: { name: string; changedRows: number | null }) {
  const job = useWorld((world) => jobOn(world.jobs, name));
  if (job !== undefined) return <Working job={job} />;
  const text = changedRows === null ? '' : changedRows === 0 ? home.clean : texts.changedRows(changedRows);
  return (
    <span className={`${styles.status} num`} title={text} aria-live="polite">
      {text}
    </span>
  );
}

function NotThere({ name }: { name: string }) {
  return (
    <Center h="100%">
      <Stack gap="xs" align="center">
        <Title order={1}>{texts.notThere(name)}</Title>
        <Text c="dimmed">{texts.notThereHint}</Text>
        <Button component={Link} href="/">
          {texts.toHome}
        </Button>
      </Stack>
    </Center>
  );
}

function Stopped({ server }: { server: string }) {
  const start = useDo(() => api.servers.start({ name: server }));
  return (
    <Center h="100%">
      <Stack gap="sm" align="center" maw={480}>
        <Text>{texts.stopped}</Text>
        <Button variant="filled" loading={start.isBusy} onClick={() => start.run()}>
          {texts.start}
        </Button>
        {start.failure !== null && <Failed failure={start.failure} />}
      </Stack>
    </Center>
  );
}
