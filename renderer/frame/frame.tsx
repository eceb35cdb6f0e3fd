import { IconCloud, IconDatabase, IconHome, IconLogs, IconSettings } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { formatBytes } from '../parts/format.ts';
import { StateDot } from '../parts/state-dot.tsx';
import { useWorld } from '../store/world.ts';
import { texts } from '../texts/general.ts';
import { Boundary } from './boundary.tsx';
import styles from './frame.module.css';
import { Logo } from './logo.tsx';
import { Palette } from './palette.tsx';

const places = [
  { path: '/', label: texts.nav.home, icon: IconHome },
  { path: '/datasets', label: texts.nav.datasets, icon: IconDatabase },
  { path: '/jobs', label: texts.nav.jobs, icon: IconLogs },
  { path: '/sources', label: texts.nav.sources, icon: IconCloud },
  { path: '/settings', label: texts.nav.settings, icon: IconSettings },
] as const;

/** What stays around every page: where one is, what runs, and a word when the app is gone. */
export function Frame({ children }: { children: ReactNode }) {
  const { cards, wire, connections, loaded } = useWorld();
  const [path] = useLocation();
  // Each try is a moment of connecting: the line about it stays.
  const isLost = wire === 'lost' || (wire === 'connecting' && loaded);
  const sizeBytes = cards.reduce((sum, card) => sum + card.sizeBytes, 0);
  return (
    <div className={styles.frame}>
      {isLost && (
        <div role="alert" className={styles.banner}>
          {texts.lost}
        </div>
      )}
      <aside className={styles.side}>
        <div className={styles.brand}>
          <Logo />
          <span>{texts.appName}</span>
        </div>
        <nav className={styles.nav} aria-label={texts.appName}>
          {places.map(({ path: to, label, icon: Icon }) => (
            <Link
              key={to}
              href={to}
              className={styles.item}
              aria-current={isAt(path, to) ? 'page' : undefined}
            >
              <Icon size={17} stroke={1.7} aria-hidden />
              <span className={styles.label}>{label}</span>
              <Count of={to} />
            </Link>
          ))}
        </nav>
        {cards.length > 0 && <div className={styles.heading}>{texts.installs}</div>}
        <div className={styles.running}>
          <nav className={styles.nav} aria-label={texts.installs}>
            {cards.slice(0, mostListed).map((card) => (
              <Link
                key={card.name}
                href={`/install/${card.name}`}
                className={styles.item}
                aria-current={
                  path.startsWith(`/install/${card.name}/`) || path === `/install/${card.name}`
                    ? 'page'
                    : undefined
                }
              >
                <StateDot state={card.serverState} />
                <span className={styles.label}>{card.name}</span>
              </Link>
            ))}
          </nav>
        </div>
        <div className={`${styles.foot} num`}>
          {loaded && texts.databases(cards.length, formatBytes(sizeBytes))}
        </div>
      </aside>
      <main className={styles.main}>
        <Boundary at={path} connections={connections}>
          {children}
        </Boundary>
      </main>
      <Palette />
    </div>
  );
}

// With more than these a list in the margin helps nobody: the palette finds them.
const mostListed = 30;

function isAt(path: string, to: string): boolean {
  return to === '/' ? path === '/' : path.startsWith(to);
}

function Count({ of }: { of: string }) {
  const count = useWorld((world) => {
    if (of === '/') return world.cards.length;
    if (of === '/sources') return world.sources.length;
    if (of === '/jobs') return world.jobs.filter((job) => job.state === 'running').length;
    return 0;
  });
  return count === 0 ? null : <span className={`${styles.count} num`}>{count}</span>;
}
