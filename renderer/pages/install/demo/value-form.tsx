import { Button, Group, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Parameter, Profile } from '../../../../electron/contract/demo.ts';
import { Failed } from '../../../parts/failure.tsx';
import { useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import styles from './demo.module.css';
import { ParameterEditor } from './parameter-editor.tsx';

interface Props {
  readonly install: string;
  /** The statements, which are kept together with what is told of their parameters. */
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** Null where none is picked: the defaults are shown and cannot be changed. */
  readonly profile: Profile | null;
  onSaved(): void;
}

/** What a profile fills in: a field a parameter, of its kind. */
export function ValueForm({ install, sql, parameters, profile, onSaved }: Props) {
  const [values, setValues] = useState<Record<string, string>>({ ...profile?.values });
  const save = useDo(() =>
    api.demo.profiles.save({ name: install, profile: profile?.name ?? '', values: filled(values) }),
  );
  const isChanged = JSON.stringify(filled(values)) !== JSON.stringify(filled({ ...profile?.values }));
  const doSave = async (): Promise<void> => {
    if ((await save.run()) === null) return;
    notifications.show({ message: texts.saved, autoClose: 1200 });
    onSaved();
  };
  if (parameters.length === 0) return <Text c="dimmed">{texts.noParameters}</Text>;
  return (
    <form
      className={styles.form}
      aria-label={profile?.name ?? texts.values}
      onSubmit={(event) => {
        event.preventDefault();
        void doSave();
      }}
    >
      {parameters.map((parameter) => (
        <div key={parameter.name} className={styles.field}>
          <Field
            parameter={parameter}
            value={values[parameter.name] ?? ''}
            isFixed={profile === null}
            onChange={(value) => setValues((before) => ({ ...before, [parameter.name]: value }))}
          />
          <ParameterEditor
            key={JSON.stringify(parameter)}
            install={install}
            sql={sql}
            parameters={parameters}
            parameter={parameter}
            onSaved={onSaved}
          />
        </div>
      ))}
      {save.failure !== null && <Failed failure={save.failure} />}
      {profile !== null && (
        <Group>
          <Button type="submit" disabled={!isChanged} loading={save.isBusy}>
            {texts.save}
          </Button>
        </Group>
      )}
    </form>
  );
}

interface FieldProps {
  readonly parameter: Parameter;
  readonly value: string;
  readonly isFixed: boolean;
  onChange(value: string): void;
}

function Field({ parameter, value, isFixed, onChange }: FieldProps) {
  const shared = {
    label: parameter.label ?? parameter.name,
    placeholder: parameter.default ?? '',
    disabled: isFixed,
    ...(value === '' && parameter.default === null && !isFixed && { description: texts.missing }),
  };
  if (parameter.kind === 'number') {
    return <NumberInput {...shared} size="sm" value={value} onChange={(next) => onChange(String(next))} />;
  }
  if (parameter.kind === 'choice') {
    return (
      <Select
        {...shared}
        clearable
        data={parameter.choices}
        value={value === '' ? null : value}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  }
  const type = { date: 'date', url: 'url', image: 'url', text: 'text' }[parameter.kind];
  return (
    <TextInput
      {...shared}
      type={type}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

// An empty field has no value of its own: the default holds.
function filled(values: Record<string, string>): Record<string, string> {
  const entries = Object.entries(values).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}
