import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { openDialog } from '../../store/dialog.ts';
import { texts } from '../../texts/datasets.ts';
import { texts as project } from '../../texts/project.ts';
import { Choose } from '../home/choose.tsx';
import styles from './datasets.module.css';

/** Installs from what is no source: a path, a URL, a reference that somebody sent, or files of this machine. */
export function Elsewhere() {
  const [place, setPlace] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const dataset = place.trim();
    if (dataset === '') return;
    openDialog({ kind: 'install', dataset, title: nameOf(dataset), sizeBytes: null, upload: null });
  };
  return (
    <form className={styles.elsewhere} onSubmit={submit}>
      <TextInput
        flex={1}
        label={texts.other}
        placeholder={texts.otherPlaceholder}
        spellCheck={false}
        value={place}
        onChange={(event) => setPlace(event.currentTarget.value)}
      />
      <Group gap="xs" wrap="nowrap">
        <Button size="sm" type="submit" variant="filled" disabled={place.trim() === ''}>
          {texts.install}
        </Button>
        <Choose of="file" />
        <Choose of="folder" />
        <Button component={Link} href="/project" size="sm">
          {project.open}
        </Button>
      </Group>
    </form>
  );
}

function nameOf(place: string): string {
  const parts = place.split(/[/\\]/).filter((part) => part !== '');
  return parts.at(-1) ?? place;
}
