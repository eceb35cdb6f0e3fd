import { Button, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Failed } from '../../parts/failure.tsx';
import { Header } from '../../parts/header.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useAsk } from '../../store/ask.ts';
import { projectAddress } from '../../store/project-place.ts';
import { texts } from '../../texts/project.ts';
import { api } from '../../wire/connection.ts';
import { ProjectPlanned } from './plan.tsx';
import styles from './project.module.css';

/** A project folder: what its file holds, shown before anything of it runs, and then done. */
export function ProjectPage({ file }: { file: string }) {
  const [typed, setTyped] = useState(file);
  const [, go] = useLocation();
  const [round, setRound] = useState(0);
  useEffect(() => setTyped(file), [file]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = typed.trim();
    if (wanted === '') return;
    go(projectAddress(wanted));
    setRound((count) => count + 1);
  };
  return (
    <>
      <Header title={texts.title} />
      <div className={styles.page}>
        <form className={styles.form} onSubmit={submit}>
          <TextInput
            flex={1}
            label={texts.folder}
            placeholder={texts.placeholder}
            spellCheck={false}
            autoFocus={file === ''}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button
            size="sm"
            type="submit"
            variant={file === '' ? 'filled' : 'default'}
            disabled={typed.trim() === ''}
          >
            {texts.read}
          </Button>
        </form>
        {file === '' ? (
          <Text c="dimmed" maw={560}>
            {texts.lead}
          </Text>
        ) : (
          <Read key={`${file} ${round}`} file={file} />
        )}
      </div>
    </>
  );
}

function Read({ file }: { file: string }) {
  const plan = useAsk(file, (signal) => api.projects.plan({ file }, { signal }));
  if (plan.failure !== null) return <Failed failure={plan.failure} onRetry={plan.again} />;
  if (plan.data === null) return <Loading />;
  return <ProjectPlanned plan={plan.data} onChanged={plan.again} />;
}
