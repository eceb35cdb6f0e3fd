import { Group } from '@mantine/core';
import { IconCloud, IconDatabase, IconServer } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Source } from '../../../electron/contract/source.ts';
import { texts } from '../../texts/firstrun.ts';
import { AddSource } from '../sources/add-form.tsx';
import { Choose } from './choose.tsx';
import styles from './first-run.module.css';
import { Sample } from './sample.tsx';

type Choice = 'sample' | 's3' | 'filestore';

const choices: readonly (readonly [Choice, typeof IconCloud])[] = [
  ['sample', IconDatabase],
  ['s3', IconCloud],
  ['filestore', IconServer],
];

/** What a person sees who has nothing yet: three ways to begin, each of which is done here, and a fourth by dropping. */
export function FirstRun() {
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [, go] = useLocation();
  const onAdded = ({ name }: Source) => go(`/datasets/${name}`);
  return (
    <div className={styles.page}>
      <h2 className={styles.title}>{texts.title}</h2>
      <p className={styles.lead}>{texts.lead}</p>
      <div className={styles.choices}>
        {choices.map(([choice, Icon]) => (
          <button
            key={choice}
            type="button"
            className={styles.choice}
            aria-expanded={chosen === choice}
            aria-controls="first-step"
            onClick={() => setChosen(choice)}
          >
            <Icon size={24} stroke={1.6} aria-hidden />
            <strong>{texts.choices[choice].title}</strong>
            <span>{texts.choices[choice].about}</span>
          </button>
        ))}
      </div>
      <section
        id="first-step"
        className={styles.step}
        data-open={chosen === null ? undefined : ''}
        aria-label={chosen === null ? undefined : texts.choices[chosen].title}
      >
        {chosen === 'sample' && <Sample />}
        {chosen === 's3' && <AddSource key="s3" kind="s3" onAdded={onAdded} />}
        {chosen === 'filestore' && <AddSource key="filestore" kind="filestore" onAdded={onAdded} />}
      </section>
      <div className={styles.drop}>
        <span>{texts.or}</span>
        <Group gap="xs" wrap="nowrap">
          <Choose of="file" />
          <Choose of="folder" />
        </Group>
      </div>
    </div>
  );
}
