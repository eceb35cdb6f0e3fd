import { Button, Collapse, Group, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Source, SourceCheck, SourceKind } from '../../../electron/contract/source.ts';
import { CommandLine } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { useDo } from '../../store/ask.ts';
import { sourceCommand } from '../../store/command.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/sources.ts';
import { api } from '../../wire/connection.ts';
import { emptyForm, problemsOf, proposeSourceName, type SourceForm, s3Of } from './form.ts';
import { S3Fields } from './s3-fields.tsx';
import styles from './sources.module.css';

/** Adds a source once it answers; one that does not is told of, and can be added all the same. */
export function AddSource({ kind, onAdded }: { kind: SourceKind; onAdded: (source: Source) => void }) {
  const taken = useWorld((world) => world.sources);
  const [form, setForm] = useState<SourceForm>(() => emptyForm(kind));
  const [isNamed, setNamed] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [isTried, setTried] = useState(false);
  const [check, setCheck] = useState<SourceCheck | null>(null);
  const name = isNamed
    ? form.name
    : proposeSourceName(
        kind,
        form.url,
        taken.map((each) => each.name),
      );
  const filled = { ...form, name };
  const problems = isTried ? problemsOf(filled) : {};
  const set = (change: Partial<SourceForm>) => {
    setForm((before) => ({ ...before, ...change }));
    setCheck(null);
  };
  const connect = useDo(async (isChecked: boolean) => {
    setCheck(null);
    const source = await api.sources.add({ name, url: form.url.trim(), s3: s3Of(form) });
    if (!isChecked) return onAdded(source);
    const found = await api.sources.check({ name }).catch(async (error: unknown) => {
      await api.sources.remove({ name });
      throw error;
    });
    if (found.ok) return onAdded(source);
    await api.sources.remove({ name });
    setCheck(found);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(filled)).length === 0) void connect.run(true);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            label={texts.fields.url[kind]}
            placeholder={texts.fields.urlExample[kind]}
            value={form.url}
            error={problems.url}
            data-autofocus
            autoFocus
            spellCheck={false}
            classNames={{ input: styles.mono ?? '' }}
            onChange={(event) => set({ url: event.currentTarget.value })}
          />
          <TextInput
            label={texts.fields.name}
            value={name}
            error={problems.name}
            spellCheck={false}
            onChange={(event) => {
              setNamed(true);
              set({ name: event.currentTarget.value });
            }}
          />
        </SimpleGrid>
        {kind === 's3' && (
          <>
            <Group gap="xs" justify="space-between">
              <UnstyledButton className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                <IconChevronRight size={14} aria-hidden />
                {texts.fields.options}
              </UnstyledButton>
              <Text size="xs" c="dimmed">
                {texts.credentials}
              </Text>
            </Group>
            <Collapse expanded={isOpen} transitionDuration={100}>
              <S3Fields form={form} set={set} />
            </Collapse>
          </>
        )}
        <CommandLine
          command={sourceCommand(name, form.url.trim() || texts.fields.urlExample[kind], s3Of(form))}
        />
        {connect.failure !== null && <Failed failure={connect.failure} />}
        {check !== null && (
          <Failed
            failure={{ code: 'source_unreachable', message: check.message, hint: check.hint, detail: null }}
          />
        )}
        <Group justify="flex-end" gap="xs">
          {check !== null && (
            <Button size="sm" onClick={() => void connect.run(false)}>
              {texts.addAnyway}
            </Button>
          )}
          <Button type="submit" size="sm" variant="filled" loading={connect.isBusy}>
            {texts.connect}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
