import { Skeleton } from '@mantine/core';
import type { Look } from '../../../electron/contract/install.ts';
import { formatBytes } from '../../parts/format.ts';
import { texts } from '../../texts/datasets.ts';
import styles from './datasets.module.css';
import { missingBytes } from './install-form.ts';

/** What would be installed, and whether the disk has the room for it. */
export function SpaceLine({
  look,
  isLoading,
  disk,
}: {
  look: Look | null;
  isLoading: boolean;
  disk: { freeBytes: number; keepFreeBytes: number } | null;
}) {
  if (look === null || disk === null)
    return (
      <div className={styles.space} aria-busy={isLoading}>
        {isLoading ? <Skeleton height={40} animate={false} aria-label={texts.looking} /> : null}
      </div>
    );
  const missing = missingBytes(look.neededBytes, disk);
  const free = formatBytes(disk.freeBytes);
  return (
    <div className={`${styles.space} num`}>
      <div>{texts.revisionIs(look.dataset, look.revision, look.tables.length, look.files)}</div>
      <div className={styles.room} data-bad={missing !== null && missing > 0 ? '' : undefined}>
        {look.neededBytes === null
          ? texts.spaceUnknown(free)
          : texts.space(formatBytes(look.neededBytes), free)}
        {missing !== null && missing > 0 && ` ${texts.spaceMissing(formatBytes(missing))}`}
      </div>
    </div>
  );
}
