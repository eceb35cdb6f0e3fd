import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Profile } from '../../../../electron/contract/demo.ts';
import { titleProblem } from '../../../../electron/contract/title-problem.ts';
import { useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import { proposedName } from './values.ts';

interface Props {
  readonly install: string;
  readonly profiles: readonly Profile[];
  onMade(name: string): void;
  onCancel(): void;
}

/** Asks what a new profile is to be called; what is wrong with that stands at the field. */
export function NewProfile({ install, profiles, onMade, onCancel }: Props) {
  const [typed, setTyped] = useState(() => proposedName(profiles));
  const [isTold, setTold] = useState(false);
  const name = typed.trim();
  const isTaken = profiles.some((each) => each.name === name);
  const problem = titleProblem(name) ?? (isTaken ? texts.nameTaken(name) : null);
  const create = useDo(() => api.demo.profiles.create({ name: install, profile: name, values: {} }));
  const submit = async (): Promise<void> => {
    setTold(true);
    if (problem !== null) return;
    const made = await create.run();
    if (made !== null) onMade(made.name);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        mt="xs"
        size="xs"
        data-autofocus
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        aria-label={texts.profileName}
        placeholder={texts.profileName}
        value={typed}
        error={(isTold ? problem : null) ?? create.failure?.message}
        onChange={(event) => {
          create.clear();
          setTyped(event.currentTarget.value);
        }}
      />
      <Group gap={6} mt={6}>
        <Button type="submit" variant="filled" loading={create.isBusy}>
          {texts.create}
        </Button>
        <Button onClick={onCancel}>{texts.cancel}</Button>
      </Group>
    </form>
  );
}
