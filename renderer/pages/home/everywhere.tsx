import { Modal } from '@mantine/core';
import { Suspense } from 'react';
import { useLocation } from 'wouter';
import { part } from '../../parts/part.ts';
import { closeDialog, useDialog } from '../../store/dialog.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/sources.ts';
import { AddSource } from '../sources/add-form.tsx';
import { DropAnywhere } from './drop.tsx';
import { MfaQuestions } from './mfa.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { SnapshotDialog } from './snapshot-dialog.tsx';

const InstallDialog = part(async () => (await import('../datasets/install-dialog.tsx')).InstallDialog);

/** What can come up on any page: the dialogs, a code that is asked for, and what is dropped on the window. */
export function Everywhere() {
  const { dialog } = useDialog();
  const [, go] = useLocation();
  return (
    <>
      <DropAnywhere />
      <MfaQuestions />
      <Suspense>
        {dialog?.kind === 'install' && <InstallDialog key={dialog.dataset} wish={dialog} />}
        {dialog?.kind === 'snapshot' && <SnapshotDialog key={dialog.name} name={dialog.name} />}
        {dialog?.kind === 'move' && <MoveDialog key={dialog.name} name={dialog.name} />}
        {dialog?.kind === 'source' && (
          <Modal
            opened
            size="lg"
            onClose={closeDialog}
            title={texts.addTitle[dialog.of]}
            closeButtonProps={{ 'aria-label': general.close }}
          >
            <AddSource
              kind={dialog.of}
              onAdded={({ name }) => {
                closeDialog();
                go(`/datasets/${name}`);
              }}
            />
          </Modal>
        )}
      </Suspense>
    </>
  );
}
