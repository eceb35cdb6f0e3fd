import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Failed } from '../../../parts/failure.tsx';
import { Loading } from '../../../parts/loading.tsx';
import { useAsk } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import styles from '../install.module.css';
import type { TabProps } from '../tab.ts';
import { Dressing } from './dressing.tsx';
import { StatementEditor } from './statement-editor.tsx';

/** How an install is dressed for a demo: statements, profiles of values for them, and what they change. */
export function DemoTab({ card }: TabProps) {
  const { name } = card;
  const [isEditing, setEditing] = useState(false);
  const asked = useAsk(`${name} ${card.profile}`, async (signal) => {
    const [statements, profiles] = await Promise.all([
      api.demo.show({ name }, { signal }).catch((error: unknown) => {
        if (isNone(error)) return null;
        throw error;
      }),
      api.demo.profiles.list({ name }, { signal }),
    ]);
    return { statements, profiles };
  });
  if (asked.data === null) {
    return asked.failure === null ? <Loading /> : <Failed failure={asked.failure} onRetry={asked.again} />;
  }
  const { statements, profiles } = asked.data;
  const hasNone = statements === null || statements.statements.length === 0;
  return (
    <>
      {hasNone ? (
        <div className={styles.text}>
          <Stack gap="xs" align="flex-start">
            <Text fw={600}>{texts.noStatements}</Text>
            <Text c="dimmed">{texts.noStatementsHint}</Text>
            <Button variant="filled" onClick={() => setEditing(true)}>
              {texts.write}
            </Button>
          </Stack>
        </div>
      ) : (
        <Dressing
          card={card}
          statements={statements}
          profiles={profiles}
          onChanged={asked.again}
          onEdit={() => setEditing(true)}
        />
      )}
      {isEditing && (
        <StatementEditor
          install={name}
          text={statements?.sql ?? ''}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            asked.again();
          }}
        />
      )}
    </>
  );
}

function isNone(error: unknown): boolean {
  return (error as { data?: { code?: string } }).data?.code === 'statements_missing';
}
