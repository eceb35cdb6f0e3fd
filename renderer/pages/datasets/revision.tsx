import { Button, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Ago } from '../../parts/ago.tsx';
import { formatBytes } from '../../parts/format.ts';
import { openDialog } from '../../store/dialog.ts';
import { texts } from '../../texts/datasets.ts';
import styles from './datasets.module.css';
import type { Row } from './rows.ts';

/** A revision of a dataset: the newest with the dataset's name and the way to the older ones, those below it. */
export function RevisionLine({
  row: { source, dataset, revision, revisions, isOpen },
  toggle,
}: {
  row: Row & { kind: 'revision' };
  toggle: (key: string) => void;
}) {
  const { id, publishedAt, sizeBytes, files, format } = revision;
  const isFirst = revisions > 0;
  return (
    <div className={`${styles.revision} num`} data-older={isFirst ? undefined : ''}>
      <div className={styles.dataset}>
        {isFirst && (
          <span className={styles.cut} title={dataset}>
            {dataset}
          </span>
        )}
      </div>
      <div className={styles.at}>
        <span className={styles.cut} title={id}>
          @ {id}
        </span>
        {revisions > 1 && (
          <UnstyledButton
            className={styles.older}
            aria-expanded={isOpen}
            aria-label={texts.showRevisions(revisions, dataset)}
            onClick={() => toggle(`${source}/${dataset}`)}
          >
            <IconChevronRight size={13} aria-hidden />
            {texts.revisions(revisions)}
          </UnstyledButton>
        )}
      </div>
      <div className="quiet">{publishedAt === null ? texts.unknown : <Ago at={publishedAt} />}</div>
      <div className={styles.right}>{sizeBytes === null ? texts.unknown : formatBytes(sizeBytes)}</div>
      <div className={`${styles.right} quiet`}>{texts.files(files)}</div>
      <div className={`${styles.cut} quiet`}>{format ?? texts.unknown}</div>
      <div className={styles.right}>
        <Button
          aria-label={texts.installOf(dataset, id)}
          onClick={() =>
            openDialog({
              kind: 'install',
              dataset: `${source}/${dataset}@${id}`,
              title: dataset,
              sizeBytes,
              upload: null,
            })
          }
        >
          {texts.install}
        </Button>
      </div>
    </div>
  );
}
