import { Checkbox, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { texts } from '../../texts/sources.ts';
import type { SourceForm } from './form.ts';

const { fields } = texts;

/** How a bucket is reached where AWS's defaults do not fit. */
export function S3Fields({ form, set }: { form: SourceForm; set: (change: Partial<SourceForm>) => void }) {
  const text = (key: 'region' | 'endpoint' | 'profile' | 'ca', placeholder: string) => (
    <TextInput
      label={fields[key]}
      description={fields[`${key}About`]}
      placeholder={placeholder}
      value={form[key]}
      spellCheck={false}
      onChange={(event) => set({ [key]: event.currentTarget.value })}
    />
  );
  const box = (key: 'pathStyle' | 'anonymous' | 'noChecksums', label: string) => (
    <Checkbox
      size="sm"
      label={label}
      checked={form[key]}
      onChange={(event) => set({ [key]: event.currentTarget.checked })}
    />
  );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {text('profile', 'default')}
        {text('region', 'eu-central-1')}
        {text('endpoint', 'https://minio.example.com:9000')}
        {text('ca', '/etc/ssl/company.pem')}
      </SimpleGrid>
      {box('pathStyle', fields.pathStyle)}
      {box('anonymous', fields.anonymous)}
      {box('noChecksums', fields.checksums)}
    </Stack>
  );
}
