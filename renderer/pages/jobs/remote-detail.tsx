import { Badge, Button, Group, Progress, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { RemoteDetails } from '../../../electron/contract/agent.ts';
import type { Job } from '../../../electron/contract/job.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { formatDuration } from '../../parts/format.ts';
import { dotOf, tookMs } from '../../parts/job.ts';
import { Loading } from '../../parts/loading.tsx';
import { StateDot } from '../../parts/state-dot.tsx';
import { actionOf } from '../../store/actions.ts';
import { useAsk, useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/agents.ts';
import { texts as jobTexts } from '../../texts/jobs.ts';
import { api } from '../../wire/connection.ts';
import { startWorkflow } from '../datasets/start-workflow.ts';
import { LastRuns } from './last-runs.tsx';
import { RemoteOutput } from './remote-output.tsx';
import { StackTrace } from './stack-trace.tsx';

/** True for the id of a job of an agent. */
export function isRemoteId(id: string): boolean {
  return id.startsWith('r');
}

/** One job of an agent from near: how far it is, what it copied, and why it failed. */
export function RemoteDetail({ id }: { id: string }) {
  const live = useWorld(({ jobs }) => jobs.find((job) => job.id === id));
  const asked = useAsk(`${id} ${live?.state} ${live?.progress}`, (signal) =>
    api.agents.job({ id }, { signal }),
  );
  if (asked.data === null) {
    return asked.failure === null ? (
      <Loading rows={4} />
    ) : (
      <Failed failure={asked.failure} onRetry={asked.again} />
    );
  }
  const { details } = asked.data;
  const job = live ?? asked.data.job;
  return (
    <>
      <Head job={job} details={details} />
      {job.state === 'running' && (
        <div style={{ marginTop: 14 }}>
          <Progress
            value={job.progress * 100}
            size={6}
            color="sea"
            aria-label={texts.progress(percentOf(job))}
          />
          <Text size="sm" c="dimmed" mt={6} className="num">
            {isKnown(details.status) ? texts.progress(percentOf(job)) : texts.saysUnknown(details.status)}
          </Text>
        </div>
      )}
      {job.state === 'interrupted' && (
        <Text size="sm" c="dimmed" mt="sm">
          {texts.lost}
        </Text>
      )}
      {job.error !== null && (
        <div style={{ marginTop: 12 }}>
          <Failed failure={job.error} />
        </div>
      )}
      <StackTrace exception={details.exception} stackTrace={details.stackTrace} />
      <Updates job={job} details={details} />
      <RemoteOutput details={details} />
      <LastRuns job={job} />
    </>
  );
}

function Head({ job, details }: { job: Job; details: RemoteDetails }) {
  const { agent, workflow, workflowType, status } = details;
  const canRun = useWorld(({ agents }) =>
    agents.some(({ name, airflow }) => name === agent && airflow !== null),
  );
  const again = useDo(() => startWorkflow(agent, workflow ?? '', job.title));
  const took = tookMs(job);
  const isOpen = job.state === 'running' || job.state === 'queued';
  return (
    <>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Group gap={8} wrap="nowrap" mih={30} style={{ flex: 1, minWidth: 0 }}>
          <StateDot state={dotOf(job)} />
          <Title order={2} style={{ overflowWrap: 'anywhere' }}>
            {job.title}
          </Title>
        </Group>
        {canRun && workflow !== null && !isOpen && (
          <Button
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            loading={again.isBusy}
            onClick={() => void again.run()}
          >
            {texts.runAgain}
          </Button>
        )}
        {workflow !== null && <CopyCommand command={commandOf('run', `${agent}/${workflow}`, '--wait')} />}
      </Group>
      <Group gap={6} mt={6}>
        <Badge color="gray">{isKnown(status) ? jobTexts.states[job.state] : status}</Badge>
        <Badge>{`${texts.agent} ${agent}`}</Badge>
        {workflowType !== null && <Badge color="gray">{workflowType.toUpperCase()}</Badge>}
        <Text size="xs" c="dimmed" className="num">
          {took === null ? '' : `${formatDuration(took)} · `}
          <Ago at={job.endedAt ?? job.createdAt} />
        </Text>
      </Group>
      {again.failure !== null && (
        <div style={{ marginTop: 12 }}>
          <Failed failure={again.failure} onDismiss={again.clear} />
        </div>
      )}
    </>
  );
}

/** The installs of what the workflow publishes, once it has ended well: an update is one click away. */
function Updates({ job, details }: { job: Job; details: RemoteDetails }) {
  const cards = useWorld((world) => world.cards);
  const concerned = cards.filter(({ dataset }) => dataset === details.workflow);
  if (job.state !== 'succeeded' || concerned.length === 0) return null;
  return (
    <Group gap="xs" mt="md">
      {concerned.slice(0, 6).map((card) => (
        <Group key={card.name} gap={2} wrap="nowrap">
          <Button variant="filled" onClick={() => actionOf(card, 'update').run()}>
            {texts.update(card.name)}
          </Button>
          <CopyCommand command={commandOf('update', card.name)} />
        </Group>
      ))}
    </Group>
  );
}

function percentOf({ progress }: Job): number {
  return Math.floor(progress * 100);
}

function isKnown(status: string): boolean {
  return ['queued', 'inProgress', 'completed', 'error'].includes(status);
}
