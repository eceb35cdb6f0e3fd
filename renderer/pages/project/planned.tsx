import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { PlannedInstall, UpInstall } from '../../../electron/contract/project.ts';
import { visible } from '../../../electron/contract/visible.ts';
import { jobOn, useWorld } from '../../store/world.ts';
import { texts } from '../../texts/project.ts';
import { JobProgress } from '../home/job-progress.tsx';
import styles from './project.module.css';
import { Script } from './script.tsx';

/** One install of a project: what it would be, every script that would run, its job, and what became of it. */
export function Planned({ install, done }: { install: PlannedInstall; done: UpInstall | null }) {
  const { name, dataset, server, state, sql, env, profiles } = install;
  const job = useWorld((world) => jobOn(world.jobs, name));
  const facts = [
    [texts.dataset, visible(dataset)],
    [texts.server, visible(server)],
    ...(env === null ? [] : [[texts.env, texts.envLines(env.file, env.variables)] as const]),
    ...(profiles.length === 0 ? [] : [[texts.profiles, profiles.map(visible).join(', ')] as const]),
  ] as const;
  return (
    <section className={styles.card} aria-label={name}>
      <div className={styles.title}>
        <h2>{name}</h2>
        {done === null && <span className="quiet">{texts[state]}</span>}
        {state === 'present' && (
          <Button component={Link} href={`/install/${name}`} ml="auto">
            {texts.openInstall(name)}
          </Button>
        )}
      </div>
      {done !== null && <Outcome done={done} />}
      {job !== undefined && <JobProgress job={job} />}
      <dl className={styles.facts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {sql.length === 0 && <p className="quiet">{texts.noSql}</p>}
      {sql.map((script) => (
        <Script
          key={`${script.use} ${script.file}`}
          title={script.file}
          note={script.use}
          text={script.text}
        />
      ))}
    </section>
  );
}

function Outcome({ done: { action, statements, env, notes } }: { done: UpInstall }) {
  const parts = [
    texts.actions[action],
    ...(statements === null ? [] : [texts.dressed(statements.applied, statements.rows)]),
    ...(env === null ? [] : [env.changed ? texts.wrote(env.file) : texts.sameEnv(env.file)]),
  ];
  return (
    <div className={styles.outcome} role="status">
      <IconCircleCheck size={16} aria-hidden />
      <div>
        <div className="num">{`${texts.done}: ${parts.join(' · ')}`}</div>
        {notes.map((note) => (
          <div key={note} className={styles.note}>
            {note}
          </div>
        ))}
      </div>
    </div>
  );
}
