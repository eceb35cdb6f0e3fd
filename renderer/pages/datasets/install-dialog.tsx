import { Button, Collapse, Group, Modal, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { CommandLine } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { useAsk, useDo } from '../../store/ask.ts';
import { installCommand } from '../../store/command.ts';
import { closeDialog, type Dialog } from '../../store/dialog.ts';
import { jobOn, useWorld } from '../../store/world.ts';
import { texts } from '../../texts/datasets.ts';
import { texts as general } from '../../texts/general.ts';
import { api } from '../../wire/connection.ts';
import { PruneOffer } from '../home/prune-offer.tsx';
import styles from './datasets.module.css';
import { emptyInstall, type InstallForm, nameProblemOf, requestOf } from './install-form.ts';
import { MoreFields } from './more-fields.tsx';
import { portProblem, ServerFields } from './server-fields.tsx';
import { SpaceLine } from './space-line.tsx';

/** Everything that an install asks for, proposed; it closes when the work has begun, which Home shows. */
export function InstallDialog({ wish }: { wish: Dialog & { kind: 'install' } }) {
  const { dataset, title, upload } = wish;
  const [, go] = useLocation();
  const [form, setForm] = useState<InstallForm>(emptyInstall);
  const [isOpen, setOpen] = useState(false);
  const set = (change: Partial<InstallForm>) => setForm((before) => ({ ...before, ...change }));
  const proposal = useAsk(dataset, (signal) => api.installs.propose({ dataset }, { signal }));
  const look = useAsk(dataset, (signal) => api.installs.look({ dataset }, { signal }));
  const install = useDo(() => api.installs.install(requestOf(dataset, form)));
  const job = useWorld((world) => jobOn(world.jobs, form.name));
  const proposed = proposal.data?.name;
  useEffect(() => {
    if (proposed !== undefined)
      setForm((before) => (before.name === '' ? { ...before, name: proposed } : before));
  }, [proposed]);
  const hasBegun = install.isBusy && job !== undefined;
  useEffect(() => {
    if (!hasBegun) return;
    closeDialog();
    go('/');
  }, [hasBegun, go]);
  const close = () => {
    if (install.isBusy) return;
    if (upload !== null) void api.uploads.discard({ id: upload }).catch(() => {});
    closeDialog();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (nameProblemOf(form.name) !== null || portProblem(form.port) !== null || install.isBusy) return;
    if ((await install.run()) !== null) {
      closeDialog();
      go('/');
    }
  };
  const failure = install.failure ?? proposal.failure ?? look.failure;
  return (
    <Modal
      opened
      size={640}
      onClose={close}
      title={texts.title(title)}
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <SpaceLine look={look.data} isLoading={look.isLoading} disk={proposal.data} />
          <TextInput
            label={texts.name}
            value={form.name}
            error={form.name === '' ? null : nameProblemOf(form.name)}
            spellCheck={false}
            data-autofocus
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <ServerFields place={form} set={set} />
          <UnstyledButton className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <IconChevronRight size={14} aria-hidden />
            {texts.more}
          </UnstyledButton>
          <Collapse expanded={isOpen} transitionDuration={100}>
            <MoreFields form={form} tables={look.data?.tables ?? []} set={set} />
          </Collapse>
          {upload === null && <CommandLine command={installCommand(requestOf(dataset, form))} />}
          {failure !== null && <Failed failure={failure} />}
          {failure !== null && <PruneOffer code={failure.code} />}
          <Group justify="flex-end" gap="xs">
            <Button size="sm" onClick={close} disabled={install.isBusy}>
              {general.cancel}
            </Button>
            <Button
              size="sm"
              type="submit"
              variant="filled"
              loading={install.isBusy}
              disabled={nameProblemOf(form.name) !== null || portProblem(form.port) !== null}
            >
              {texts.install}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
