import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { openDialog } from '../../store/dialog.ts';
import { texts } from '../../texts/datasets.ts';
import styles from './datasets.module.css';

/** Names a dataset of a file store, which cannot list them. */
export function Workflow({ source }: { source: string }) {
  const [id, setId] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const dataset = id.trim();
    if (dataset === '') return;
    openDialog({
      kind: 'install',
      dataset: `${source}/${dataset}`,
      title: dataset,
      sizeBytes: null,
      upload: null,
    });
  };
  return (
    <form className={styles.workflow} onSubmit={submit}>
      <span className="quiet">{texts.cannotList}</span>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={texts.workflow}
          placeholder="8f1c2d3e-…"
          spellCheck={false}
          w={300}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button size="sm" type="submit" disabled={id.trim() === ''}>
          {texts.install}
        </Button>
      </Group>
    </form>
  );
}
