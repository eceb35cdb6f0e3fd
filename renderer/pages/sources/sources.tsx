import { Button, Menu } from '@mantine/core';
import { IconCloud, IconFolder, IconPlus, IconServer } from '@tabler/icons-react';
import type { SourceKind } from '../../../electron/contract/source.ts';
import { Header } from '../../parts/header.tsx';
import { Loading } from '../../parts/loading.tsx';
import { openDialog } from '../../store/dialog.ts';
import { useWorld } from '../../store/world.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/sources.ts';
import { Agents } from './agents.tsx';
import { SourceRow } from './row.tsx';
import rows from './rows.module.css';
import styles from './sources.module.css';

const kinds: readonly (readonly [SourceKind, typeof IconCloud])[] = [
  ['s3', IconCloud],
  ['filestore', IconServer],
  ['folder', IconFolder],
];

/** Places where datasets are published: whether they answer, and how more are added. */
export function Sources() {
  const { sources, loaded } = useWorld();
  return (
    <>
      <Header title={general.nav.sources}>{sources.length > 0 && <AddMenu />}</Header>
      {!loaded ? (
        <Loading rows={3} height={64} />
      ) : sources.length === 0 ? (
        <div className={styles.page}>
          <div className={styles.empty}>
            <h2>{texts.empty}</h2>
            <p>{texts.emptyAbout}</p>
            <AddMenu isMain />
          </div>
        </div>
      ) : (
        <div className={styles.page}>
          <ul className={rows.list} aria-label={general.nav.sources}>
            {sources.map((source) => (
              <SourceRow key={source.name} source={source} />
            ))}
          </ul>
        </div>
      )}
      {loaded && <Agents />}
    </>
  );
}

function AddMenu({ isMain = false }: { isMain?: boolean }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          size="sm"
          variant={isMain ? 'filled' : 'default'}
          leftSection={<IconPlus size={15} aria-hidden />}
        >
          {texts.add}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map(([kind, Icon]) => (
          <Menu.Item
            key={kind}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => openDialog({ kind: 'source', of: kind })}
          >
            {texts.kindAbout[kind]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
