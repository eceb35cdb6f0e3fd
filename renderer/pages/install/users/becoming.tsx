import { Button, Group, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import type { Card } from '../../../../electron/contract/card.ts';
import type { SampleUser, UsersPlace, ValueChange } from '../../../../electron/contract/impersonation.ts';
import { CopyCommand } from '../../../parts/command.tsx';
import { Failed } from '../../../parts/failure.tsx';
import { useAsk, useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/users.ts';
import { api } from '../../../wire/connection.ts';
import styles from './users.module.css';

interface Props {
  readonly card: Card;
  readonly user: SampleUser;
  readonly place: UsersPlace;
}

/** One user, by which recipe to become them, and what that changes. */
export function Becoming({ card, user, place }: Props) {
  const { name } = card;
  const [recipe, setRecipe] = useState(place.recipes[0]?.name ?? null);
  const [set, setSet] = useState<Record<string, string>>({});
  const offer = place.recipes.find((each) => each.name === recipe);
  const given = Object.fromEntries(
    (offer?.parameters ?? [])
      .map((parameter) => [parameter.name, set[parameter.name] ?? parameter.default ?? ''] as const)
      .filter(([, value]) => value !== ''),
  );
  const isFilled = (offer?.parameters ?? []).every((parameter) => given[parameter.name] !== undefined);
  const [settled] = useDebouncedValue(JSON.stringify(given), 250);
  const preview = useAsk(`${name} ${user.id} ${recipe} ${isFilled ? settled : 'unfilled'}`, async (signal) =>
    isFilled ? api.users.preview({ name, user: user.id, recipe, set: given }, { signal }) : null,
  );
  const become = useDo(() => api.users.become({ name, user: user.id, recipe, set: given }));
  const isOn = card.identity !== null;
  const words = Object.entries(given).map(([key, value]) => `--set ${quote(`${key}=${value}`)}`);
  const command = [
    'rockpool impersonate',
    name,
    quote(user.id),
    recipe === null ? '' : `--recipe ${recipe}`,
    ...words,
  ]
    .filter((word) => word !== '')
    .join(' ');
  return (
    <section aria-label={user.label}>
      <Title order={2}>{user.label}</Title>
      <Stack gap="xs" mt="sm" maw={420}>
        <Select
          label={texts.recipe}
          allowDeselect={false}
          data={place.recipes.map((each) => ({ value: each.name, label: each.title }))}
          value={recipe}
          onChange={setRecipe}
        />
        {offer?.parameters.map((parameter) => (
          <TextInput
            key={parameter.name}
            label={parameter.label ?? parameter.name}
            value={set[parameter.name] ?? parameter.default ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setSet((before) => ({ ...before, [parameter.name]: value }));
            }}
          />
        ))}
      </Stack>
      <h3 className={styles.heading}>{texts.changes}</h3>
      <div style={{ minHeight: 72 }}>
        {preview.failure !== null && <Failed failure={preview.failure} onRetry={preview.again} />}
        {!isFilled && <Text c="dimmed">{texts.fill}</Text>}
        {isFilled && preview.data === null && preview.failure === null && (
          <Text c="dimmed">{texts.trying}</Text>
        )}
        {isFilled && preview.data !== null && preview.failure === null && (
          <>
            <Changes changes={preview.data.changes} />
            {preview.data.warnings.map((warning) => (
              <Text key={warning} size="sm" c="var(--rp-warn)">
                {warning}
              </Text>
            ))}
          </>
        )}
      </div>
      {become.failure !== null && <Failed failure={become.failure} />}
      <Stack gap={6} mt="md" align="flex-start">
        <Group gap="xs">
          <Button
            size="sm"
            variant="filled"
            leftSection={<IconUser size={15} aria-hidden />}
            disabled={!isFilled}
            loading={become.isBusy}
            onClick={() => become.run()}
          >
            {texts.become(user.label)}
          </Button>
          <CopyCommand command={command} />
        </Group>
        {isOn && (
          <Text size="sm" c="dimmed">
            {texts.instead}
          </Text>
        )}
      </Stack>
    </section>
  );
}

function Changes({ changes }: { changes: readonly ValueChange[] }) {
  const real = changes.filter((change) => change.before !== change.after);
  if (real.length === 0) return <Text c="dimmed">{texts.nothing}</Text>;
  return (
    <Table layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{texts.columns.column}</Table.Th>
          <Table.Th>{texts.columns.before}</Table.Th>
          <Table.Th>{texts.columns.after}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {real.map((change) => (
          <Table.Tr key={`${change.table} ${change.act} ${change.column}`}>
            <Table.Td className={`mono ${styles.column}`} title={`${change.table}.${change.column}`}>
              {change.table.replace(/^public\./, '')}.{change.column}
            </Table.Td>
            <Table.Td className={`mono ${styles.before}`}>
              {change.act === 'insert' ? '' : (change.before ?? texts.null)}
            </Table.Td>
            <Table.Td className={`mono ${styles.after}`}>
              {change.act === 'delete' ? '' : (change.after ?? texts.null)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function quote(word: string): string {
  return /^[\w@.+=/:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
