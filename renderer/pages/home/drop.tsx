import { Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes } from '../../parts/format.ts';
import { endUpload, takeDrop, useUpload } from '../../store/upload.ts';
import { texts } from '../../texts/firstrun.ts';
import { texts as general } from '../../texts/general.ts';
import styles from './drop.module.css';
import { PruneOffer } from './prune-offer.tsx';

/** Takes files and folders that are dropped anywhere on the window, and shows how far that is. */
export function DropAnywhere() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const enter = (event: DragEvent) => {
      if (!isFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const over = (event: DragEvent) => event.preventDefault();
    const leave = (event: DragEvent) => {
      if (!isFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      if (isFiles(event) && event.dataTransfer !== null) takeDrop(event.dataTransfer);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return (
    <>
      {isOver && (
        <div className={styles.over}>
          <IconFileImport size={34} stroke={1.5} aria-hidden />
          <strong>{texts.drop}</strong>
          <span>{texts.dropAbout}</span>
        </div>
      )}
      <Taking />
    </>
  );
}

function Taking() {
  const { upload } = useUpload();
  if (upload === null) return null;
  const { name, doneBytes, totalBytes, failure } = upload;
  const share = totalBytes === null || totalBytes === 0 ? 0 : doneBytes / totalBytes;
  return (
    <Modal
      opened
      onClose={endUpload}
      title={failure === null ? texts.taking(name) : texts.drop}
      closeButtonProps={{ 'aria-label': general.close }}
      closeOnClickOutside={false}
    >
      <Stack gap="sm">
        {failure === null ? (
          <>
            <Progress value={share * 100} aria-label={texts.taking(name)} />
            <Text size="sm" c="dimmed" className="num">
              {totalBytes === null ? texts.reading : `${formatBytes(doneBytes)} / ${formatBytes(totalBytes)}`}
            </Text>
          </>
        ) : (
          <>
            <Failed failure={failure} />
            <PruneOffer code={failure.code} />
          </>
        )}
        <Group justify="flex-end">
          <Button size="sm" onClick={endUpload}>
            {failure === null ? general.cancel : general.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
