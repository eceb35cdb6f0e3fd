import { Button, Checkbox, Group, PasswordInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { AgentWish } from '../../../electron/contract/agent.ts';
import { CommandLine } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { useAsk, useDo } from '../../store/ask.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/agents.ts';
import { api } from '../../wire/connection.ts';
import styles from './agents.module.css';
import { agentCommand } from './agents-command.ts';
import { proposeSourceName } from './form.ts';

const empty = { name: '', url: '', airflow: '', user: '', secret: '', ca: '', inFile: false };

/** Adds an agent, and asks it at once: what it says is told in its row. */
export function AgentForm({ onDone }: { onDone(): void }) {
  const taken = useWorld((world) => world.agents);
  const [form, setForm] = useState(empty);
  const [isTried, setTried] = useState(false);
  const name =
    form.name !== ''
      ? form.name
      : proposeSourceName(
          'filestore',
          form.url,
          taken.map((each) => each.name),
        );
  const keyring = useAsk('keyring', (signal) => api.machine.keyring(undefined, { signal }));
  const protection = keyring.data?.protection ?? 'file';
  const wish = wishOf({ ...form, name });
  const add = useDo(async () => {
    await api.agents.add(wish);
    // The password is in no state of the page any more from here on.
    setForm(empty);
    onDone();
    await api.agents.check({ name });
  });
  const isUrl = /^https?:\/\/[^/\s]+/i.test(form.url.trim());
  const isName = /^[a-z][a-z0-9_-]{0,30}$/.test(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isUrl && isName) void add.run();
  };
  const text = (
    key: 'url' | 'airflow' | 'user' | 'ca',
    placeholder: string,
    about: string | null,
    wrong = false,
  ) => (
    <TextInput
      label={texts[key]}
      description={about}
      placeholder={placeholder}
      value={form[key]}
      error={isTried && wrong ? texts.urlWrong : null}
      spellCheck={false}
      autoFocus={key === 'url'}
      autoComplete="off"
      onChange={(event) => {
        const { value } = event.currentTarget;
        setForm((before) => ({ ...before, [key]: value }));
      }}
    />
  );
  return (
    <form className={styles.form} onSubmit={submit} noValidate aria-label={texts.addTitle}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {text('url', 'http://127.0.0.1:3010', null, !isUrl)}
          <TextInput
            label={texts.name}
            value={name}
            error={isTried && !isName ? texts.nameWrong : null}
            spellCheck={false}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setForm((before) => ({ ...before, name: value }));
            }}
          />
          {text('airflow', 'http://127.0.0.1:8080', texts.airflowAbout)}
          {text('ca', '/etc/ssl/company.pem', texts.caAbout)}
          {text('user', '', texts.userAbout)}
          <PasswordInput
            label={form.user.trim() === '' ? texts.token : texts.secret}
            description={texts.secretAbout}
            value={form.secret}
            autoComplete="new-password"
            onChange={(event) => {
              const { value } = event.currentTarget;
              setForm((before) => ({ ...before, secret: value }));
            }}
          />
        </SimpleGrid>
        {protection !== 'file' && form.secret !== '' && (
          <Checkbox
            label={texts.inFile}
            description={texts.inFileAbout[protection]}
            checked={form.inFile}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              setForm((before) => ({ ...before, inFile: checked }));
            }}
          />
        )}
        <CommandLine command={agentCommand(wish)} />
        {add.failure !== null && <Failed failure={add.failure} />}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" onClick={onDone}>
            {texts.cancel}
          </Button>
          <Button type="submit" size="sm" variant="filled" loading={add.isBusy}>
            {texts.connect}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function wishOf(form: typeof empty): AgentWish {
  const filled = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  return {
    name: form.name,
    url: form.url.trim(),
    airflow: filled(form.airflow),
    user: filled(form.user),
    // A space at the end of a password is part of it.
    secret: form.secret === '' ? null : form.secret,
    ca: filled(form.ca),
    inFile: form.inFile,
  };
}
