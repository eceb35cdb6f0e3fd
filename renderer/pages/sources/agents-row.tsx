import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Agent, AgentNotice } from '../../../electron/contract/agent.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { type DotState, StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { texts } from '../../texts/agents.ts';
import { hintInPage } from '../../texts/errors.ts';
import { api } from '../../wire/connection.ts';
import styles from './agents.module.css';
import rows from './rows.module.css';

/** An agent: whether it lives, its version and last heartbeat, and what it wants to be looked at. */
export function AgentRow({ agent }: { agent: Agent }) {
  const { name, url, seen } = agent;
  const check = useDo(() => api.agents.check({ name }));
  const remove = useDo(async () => {
    await api.agents.remove({ name });
    notifications.show({ message: texts.removed(name), color: 'sea', withBorder: true });
  });
  const acknowledge = useDo((id: string | null) => api.agents.acknowledge({ name, id }));
  const open = seen.notices.filter(({ acknowledged }) => !acknowledged);
  const failure = check.failure ?? remove.failure ?? acknowledge.failure;
  return (
    <li className={rows.row}>
      <StateDot state={dotOf(agent)} />
      <div className={rows.what}>
        <b>{name}</b>
        <span className={`${rows.url} mono quiet`}>{url}</span>
      </div>
      <Group gap={6} wrap="nowrap">
        <Button loading={check.isBusy} aria-label={texts.checkOf(name)} onClick={() => void check.run()}>
          {texts.check}
        </Button>
        <Button loading={remove.isBusy} aria-label={texts.removeOf(name)} onClick={() => void remove.run()}>
          {texts.remove}
        </Button>
        <CopyCommand command={commandOf('agent', 'check', name)} />
      </Group>
      <div
        className={`${rows.state} ${styles.facts}`}
        aria-live="polite"
        data-bad={seen.failure === null ? undefined : ''}
      >
        {seen.failure === null ? (
          <Health agent={agent} />
        ) : (
          <>
            {seen.failure.message}{' '}
            <span className="quiet">{hintInPage(seen.failure.code, seen.failure.hint)}</span>
          </>
        )}
      </div>
      {open.length > 0 && (
        <div className={styles.notices}>
          <div className={styles.noticeHead}>
            <span className="num">{texts.notices(open.length)}</span>
            <Group gap={2} wrap="nowrap">
              <Button loading={acknowledge.isBusy} onClick={() => void acknowledge.run(null)}>
                {texts.acknowledgeAll}
              </Button>
              <CopyCommand command={commandOf('agent', 'acknowledge', name)} />
            </Group>
          </div>
          <ul>
            {open.slice(0, mostShown).map((notice) => (
              <Notice
                key={notice.id}
                agent={name}
                notice={notice}
                onDone={() => void acknowledge.run(notice.id)}
              />
            ))}
          </ul>
        </div>
      )}
      {failure !== null && (
        <div className={styles.failure}>
          <Failed failure={failure} />
        </div>
      )}
    </li>
  );
}

// The newest say what is going on; the button above is for all of them.
const mostShown = 5;

function dotOf({ seen }: Agent): DotState {
  if (seen.failure !== null) return 'failed';
  if (seen.answeredAt === null) return 'waiting';
  return 'running';
}

function Health({ agent: { seen } }: { agent: Agent }) {
  if (seen.answeredAt === null) return <>{texts.notAsked}</>;
  return (
    <>
      <span className="num">{texts.workflows(seen.workflows.length)}</span>
      {seen.agents.slice(0, 6).map(({ id, name, namespace, version, heartbeatAt }) => (
        <span key={id}>
          {[name, namespace].filter((part) => part !== null).join(' in ')}
          {version !== null && ` · ${texts.version(version)}`} ·{' '}
          {heartbeatAt === null ? (
            texts.noHeartbeat
          ) : (
            <>
              {texts.heartbeat} <Ago at={heartbeatAt} />
            </>
          )}
        </span>
      ))}
    </>
  );
}

function Notice({ agent, notice, onDone }: { agent: string; notice: AgentNotice; onDone(): void }) {
  const { exception, workflowName, createdAt } = notice;
  const line = exception?.split('\n')[0] ?? texts.noticeWithoutText;
  return (
    <li className={styles.notice}>
      <span className={styles.noticeText} title={exception ?? undefined}>
        {workflowName !== null && <b>{workflowName} </b>}
        {line}
      </span>
      {createdAt === null ? (
        <span />
      ) : (
        <span className="quiet">
          <Ago at={createdAt} />
        </span>
      )}
      <Button aria-label={texts.acknowledgeOf(workflowName ?? line)} onClick={onDone}>
        {texts.acknowledge}
      </Button>
      <CopyCommand command={commandOf('agent', 'acknowledge', agent, notice.id)} />
    </li>
  );
}
