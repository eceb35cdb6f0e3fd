import { Checkbox, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import { texts } from '../../texts/datasets.ts';
import type { InstallForm } from './install-form.ts';

/** What is seldom wanted of an install. */
export function MoreFields({
  form,
  tables,
  set,
}: {
  form: InstallForm;
  tables: readonly string[];
  set: (change: Partial<InstallForm>) => void;
}) {
  return (
    <Stack gap="sm">
      <TagsInput
        size="sm"
        label={texts.tables}
        description={texts.tablesAbout}
        placeholder={form.tables.length === 0 ? texts.tablesAll : ''}
        data={[...tables]}
        value={[...form.tables]}
        limit={200}
        maxDropdownHeight={220}
        clearable
        onChange={(chosen) => set({ tables: chosen })}
      />
      <SimpleGrid cols={2} spacing="sm">
        <TextInput
          label={texts.schema}
          description={texts.schemaAbout}
          placeholder="/path/to/schema.sql"
          spellCheck={false}
          value={form.schemaFile}
          onChange={(event) => set({ schemaFile: event.currentTarget.value })}
        />
        <TextInput
          label={texts.after}
          description={texts.afterAbout}
          placeholder="/path/to/cleanup.sql"
          spellCheck={false}
          value={form.afterFile}
          onChange={(event) => set({ afterFile: event.currentTarget.value })}
        />
      </SimpleGrid>
      <TextInput
        label={texts.allow}
        description={texts.allowAbout}
        value={form.allowPersonalData}
        onChange={(event) => set({ allowPersonalData: event.currentTarget.value })}
      />
      <Checkbox
        size="sm"
        label={texts.createdb}
        checked={form.createdb}
        onChange={(event) => set({ createdb: event.currentTarget.checked })}
      />
    </Stack>
  );
}
