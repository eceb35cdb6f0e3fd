import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/agents.ts';
import styles from './agents.module.css';
import { AgentForm } from './agents-form.tsx';
import { AgentRow } from './agents-row.tsx';
import rows from './rows.module.css';

/** The agents that make datasets: whether they live, what they want to be looked at, and how more are added. */
export function Agents() {
  const agents = useWorld((world) => world.agents);
  const [isAdding, setAdding] = useState(false);
  return (
    <section className={styles.section} aria-label={texts.heading}>
      <div className={styles.head}>
        <div>
          <h2>{texts.heading}</h2>
          <p>{texts.about}</p>
        </div>
        {!isAdding && (
          <Button size="sm" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setAdding(true)}>
            {texts.add}
          </Button>
        )}
      </div>
      {isAdding && <AgentForm onDone={() => setAdding(false)} />}
      {agents.length > 0 && (
        <ul className={rows.list}>
          {agents.map((agent) => (
            <AgentRow key={agent.name} agent={agent} />
          ))}
        </ul>
      )}
    </section>
  );
}
