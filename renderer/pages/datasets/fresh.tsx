import { Button, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Agent, WorkflowNow } from '../../../electron/contract/agent.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { formatExact } from '../../parts/format.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/agents.ts';
import styles from './fresh.module.css';
import { startWorkflow } from './start-workflow.ts';

interface Found {
  readonly agent: Agent;
  readonly workflow: WorkflowNow;
}

/** The workflow that publishes a dataset, where an agent knows it; null else. */
function workflowOf(agents: readonly Agent[], dataset: string): Found | null {
  for (const agent of agents) {
    const workflow = agent.seen.workflows.find(({ id }) => id === dataset);
    if (workflow !== undefined) return { agent, workflow };
  }
  return null;
}

/** What an agent says of a dataset: the workflow's name, when it publishes next, how it went last; and the way to fresh data. */
export function Fresh({ dataset }: { dataset: string }) {
  const agents = useWorld((world) => world.agents);
  const found = workflowOf(agents, dataset);
  return found === null ? null : <Known {...found} />;
}

function Known({ agent, workflow }: Found) {
  const { id, name, schedule, nextAt, last, running } = workflow;
  const called = name ?? id;
  const start = useDo(() => startWorkflow(agent.name, id, called));
  return (
    <div className={styles.fresh}>
      <b className={styles.name} title={called}>
        {called}
      </b>
      {running !== null ? (
        <Link href={`/jobs/${running}`} className={styles.state}>
          <StateDot state="working" />
          {texts.making}
        </Link>
      ) : (
        last !== null && (
          <Link href={`/jobs/${last.job}`} className={styles.state}>
            <StateDot state={last.state === 'succeeded' ? 'succeeded' : 'failed'} />
            {texts.lastStates[last.state]} {last.endedAt !== null && <Ago at={last.endedAt} />}
          </Link>
        )
      )}
      {nextAt !== null && (
        <Tooltip label={schedule}>
          <span className={`${styles.next} num`}>
            {texts.next} {formatExact(nextAt)}
          </span>
        </Tooltip>
      )}
      <span className={styles.acts}>
        {agent.airflow !== null && (
          <>
            <Tooltip label={texts.freshFrom(agent.name)}>
              <Button
                aria-label={texts.freshOf(called)}
                leftSection={<IconRefresh size={14} aria-hidden />}
                loading={start.isBusy}
                disabled={running !== null}
                onClick={() => void start.run()}
              >
                {texts.fresh}
              </Button>
            </Tooltip>
            <CopyCommand command={commandOf('run', `${agent.name}/${id}`, '--wait')} />
          </>
        )}
      </span>
      {start.failure !== null && (
        <div className={styles.failure}>
          <Failed failure={start.failure} onDismiss={start.clear} />
        </div>
      )}
    </div>
  );
}
