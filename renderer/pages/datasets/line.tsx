import { ActionIcon, Skeleton, Tooltip } from '@mantine/core';
import { IconCloud, IconFolder, IconReload, IconServer } from '@tabler/icons-react';
import type { SourceKind } from '../../../electron/contract/source.ts';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { commandOf } from '../../store/command.ts';
import { listSource } from '../../store/listings.ts';
import { texts } from '../../texts/datasets.ts';
import { texts as sourceTexts } from '../../texts/sources.ts';
import styles from './datasets.module.css';
import { Fresh } from './fresh.tsx';
import { RevisionLine } from './revision.tsx';
import type { Row } from './rows.ts';
import { Workflow } from './workflow.tsx';

const icons: Record<SourceKind, typeof IconCloud> = {
  s3: IconCloud,
  filestore: IconServer,
  folder: IconFolder,
};

/** One line of the datasets page. */
export function DatasetLine({
  row,
  search,
  toggle,
}: {
  row: Row;
  search: string;
  toggle: (key: string) => void;
}) {
  switch (row.kind) {
    case 'source':
      return <SourceLine row={row} />;
    case 'revision':
      return (
        <>
          <RevisionLine row={row} toggle={toggle} />
          {row.revisions > 0 && <Fresh dataset={row.dataset} />}
        </>
      );
    case 'waiting':
      return (
        <div className={styles.waiting} aria-busy="true">
          <Skeleton height={20} animate={false} aria-label={texts.loading} />
        </div>
      );
    case 'failed':
      return (
        <div className={styles.failed}>
          <Failed failure={row.failure} onRetry={() => void listSource(row.source)} />
        </div>
      );
    case 'workflow':
      return <Workflow source={row.source} />;
    case 'nothing':
      return (
        <div className={styles.nothing}>
          {search.trim() === '' ? texts.noneHere : texts.noneFound(search.trim())}
        </div>
      );
  }
}

function SourceLine({ row: { source, listing } }: { row: Row & { kind: 'source' } }) {
  const Icon = icons[source.kind];
  return (
    <div className={styles.source}>
      <Icon size={17} stroke={1.7} aria-hidden />
      <h2>{source.name}</h2>
      <span className="quiet">{sourceTexts.kinds[source.kind]}</span>
      <span className={`${styles.url} mono quiet`} title={source.url}>
        {source.url}
      </span>
      <CopyCommand command={commandOf('datasets', source.name)} />
      <Tooltip label={texts.reload}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          loading={listing?.isLoading === true}
          aria-label={texts.reloadOf(source.name)}
          onClick={() => void listSource(source.name)}
        >
          <IconReload size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
