import { Button, Group, NumberInput, Select, Text, TextInput } from '@mantine/core';
import type { Parameter } from '../../../../electron/contract/demo.ts';
import { texts } from '../../../texts/demo.ts';
import styles from './demo.module.css';
import { ParameterEditor } from './parameter-editor.tsx';

interface Props {
  readonly install: string;
  /** The statements, which are kept together with what is told of their parameters. */
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** What the fields are of: a profile, or the one that is made with them. */
  readonly title: string;
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with each field that is told of. */
  readonly problems: Readonly<Record<string, string>>;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  onChange(values: Record<string, string>): void;
  onSave(): void;
  /** What is told of a parameter is another. */
  onTold(): void;
}

/** What a profile fills in: a field a parameter, of its kind. */
export function ValueForm(props: Props) {
  const { install, sql, parameters, title, values, problems, onChange, onTold } = props;
  if (parameters.length === 0) return <Text c="dimmed">{texts.noParameters}</Text>;
  return (
    <form
      className={styles.form}
      aria-label={title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSave();
      }}
    >
      {parameters.map((parameter) => (
        <div key={parameter.name} className={styles.field}>
          <Field
            parameter={parameter}
            value={values[parameter.name] ?? ''}
            problem={problems[parameter.name] ?? null}
            onChange={(value) => onChange({ ...values, [parameter.name]: value })}
          />
          <ParameterEditor
            key={JSON.stringify(parameter)}
            install={install}
            sql={sql}
            parameters={parameters}
            parameter={parameter}
            onSaved={onTold}
          />
        </div>
      ))}
      <Group>
        <Button type="submit" disabled={!props.isChanged} loading={props.isSaving}>
          {texts.save}
        </Button>
      </Group>
    </form>
  );
}

interface FieldProps {
  readonly parameter: Parameter;
  readonly value: string;
  readonly problem: string | null;
  onChange(value: string): void;
}

function Field({ parameter, value, problem, onChange }: FieldProps) {
  const shared = {
    label: parameter.label ?? parameter.name,
    placeholder: parameter.default ?? '',
    error: problem,
    ...(value === '' && parameter.default === null && problem === null && { description: texts.missing }),
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
