import { ActionIcon, Button, Group, Popover, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { BrowsedColumn, Filter } from '../../../../electron/contract/browse.ts';
import { texts } from '../../../texts/data.ts';
import styles from './filters.module.css';

interface Props {
  readonly columns: readonly BrowsedColumn[];
  readonly filters: readonly Filter[];
  onChange(filters: readonly Filter[]): void;
}

/** The conditions that rows are held to, and a way to add one. */
export function Filters({ columns, filters, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Group gap="xs" wrap="nowrap">
      {filters.map((filter, index) => (
        <span key={textOf(filter)} className={styles.chip}>
          {textOf(filter)}
          <ActionIcon
            size="xs"
            variant="transparent"
            c="inherit"
            aria-label={texts.removeFilter(textOf(filter))}
            onClick={() => onChange(filters.filter((_, at) => at !== index))}
          >
            <IconX size={13} />
          </ActionIcon>
        </span>
      ))}
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus width={300}>
        <Popover.Target>
          <Button
            variant="subtle"
            color="gray"
            c="var(--rp-text)"
            leftSection={<IconPlus size={14} aria-hidden />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {texts.filter}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <FilterForm
            columns={columns}
            onAdd={(filter) => {
              setOpen(false);
              onChange([...filters.filter((each) => textOf(each) !== textOf(filter)), filter]);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

/** A condition in words, as `email contains …@`. */
export function textOf({ column, operator, values }: Filter): string {
  const sign = operator === '=' ? '=' : texts.operators[operator];
  return values.length === 0 ? `${column} ${sign}` : `${column} ${sign} ${values.join(', ')}`;
}

function FilterForm({ columns, onAdd }: { columns: readonly BrowsedColumn[]; onAdd(filter: Filter): void }) {
  const [column, setColumn] = useState(columns[0]?.name ?? '');
  const [operator, setOperator] = useState<Filter['operator']>('=');
  const [value, setValue] = useState('');
  const chosen = columns.find((each) => each.name === column);
  const needsNone = operator === 'null' || operator === 'not null';
  const submit = (): void => {
    const values = needsNone
      ? []
      : operator === 'in'
        ? value.split('\n').filter((line) => line !== '')
        : [value];
    onAdd({ column, operator, values });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="xs">
        <Select
          label={texts.column}
          searchable
          allowDeselect={false}
          data={columns.map(({ name }) => name)}
          value={column}
          onChange={(next) => setColumn(next ?? '')}
          comboboxProps={{ withinPortal: false }}
        />
        <Select
          label={texts.operator}
          allowDeselect={false}
          data={Object.entries(texts.operators).map(([key, label]) => ({ value: key, label }))}
          value={operator}
          onChange={(next) => setOperator((next ?? '=') as Filter['operator'])}
          comboboxProps={{ withinPortal: false }}
        />
        {!needsNone &&
          (operator === 'in' ? (
            <Textarea
              label={texts.values}
              autosize
              minRows={3}
              maxRows={8}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          ) : chosen?.values != null && operator === '=' ? (
            <Select
              label={texts.value}
              data={[...new Set(chosen.values)]}
              value={value}
              onChange={(next) => setValue(next ?? '')}
              comboboxProps={{ withinPortal: false }}
            />
          ) : (
            <TextInput
              label={texts.value}
              data-autofocus
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          ))}
        <Button type="submit" variant="filled" disabled={column === ''}>
          {texts.apply}
        </Button>
      </Stack>
    </form>
  );
}
