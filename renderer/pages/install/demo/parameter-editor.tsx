import { ActionIcon, Button, Group, Popover, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { useState } from 'react';
import type { Parameter, ParameterDefinition, ParameterKind } from '../../../../electron/contract/demo.ts';
import { Failed } from '../../../parts/failure.tsx';
import { useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';

interface Props {
  readonly install: string;
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly parameter: Parameter;
  onSaved(): void;
}

/** What is told of a parameter, edited beside its field: label, kind, choices, default. */
export function ParameterEditor({ install, sql, parameters, parameter, onSaved }: Props) {
  const { name } = parameter;
  const [opened, setOpened] = useState(false);
  const [label, setLabel] = useState(parameter.label ?? '');
  const [kind, setKind] = useState<ParameterKind>(parameter.kind);
  const [choices, setChoices] = useState(parameter.choices.join('\n'));
  const [initial, setInitial] = useState(parameter.default ?? '');
  const save = useDo(() => {
    const told: ParameterDefinition = {
      label: label.trim() === '' ? null : label.trim(),
      kind,
      choices: kind === 'choice' ? linesOf(choices) : [],
      default: initial === '' ? null : initial,
    };
    return api.demo.set({ name: install, sql, parameters: definitionsWith(parameters, name, told) });
  });
  const doSave = async (): Promise<void> => {
    if ((await save.run()) === null) return;
    setOpened(false);
    onSaved();
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={280}
      position="bottom-end"
      trapFocus
      returnFocus
      withRoles={false}
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={texts.editField(name)}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <IconSettings size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={texts.editField(name)}>
        <Stack gap="xs">
          <TextInput
            label={texts.field.label}
            placeholder={name}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Select
            label={texts.field.kind}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            data={Object.entries(texts.field.kinds).map(([value, text]) => ({ value, label: text }))}
            value={kind}
            onChange={(next) => setKind((next ?? 'text') as ParameterKind)}
          />
          {kind === 'choice' && (
            <Textarea
              label={texts.field.choices}
              description={texts.field.choicesHint}
              autosize
              minRows={2}
              maxRows={8}
              value={choices}
              onChange={(event) => setChoices(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={texts.field.default}
            description={texts.field.defaultHint}
            value={initial}
            onChange={(event) => setInitial(event.currentTarget.value)}
          />
          {save.failure !== null && <Failed failure={save.failure} />}
          <Group gap="xs" justify="flex-end">
            <Button onClick={() => setOpened(false)}>{texts.cancel}</Button>
            <Button variant="filled" loading={save.isBusy} onClick={() => void doSave()}>
              {texts.save}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

/** What is told of all parameters, with one told anew. */
function definitionsWith(
  parameters: readonly Parameter[],
  name: string,
  told: ParameterDefinition,
): Record<string, ParameterDefinition> {
  return Object.fromEntries(
    parameters.map(({ name: each, label, default: value, kind, choices }) => [
      each,
      each === name ? told : { label, default: value, kind, choices },
    ]),
  );
}
