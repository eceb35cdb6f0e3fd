import { Badge, Button, Group, Text, Title } from '@mantine/core';
import { IconPlayerPlay, IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes, formatDuration } from '../../parts/format.ts';
import { dotOf, stepOf, throughputOf } from '../../parts/job.ts';
import { Loading } from '../../parts/loading.tsx';
import { StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { texts } from '../../texts/jobs.ts';
import { api } from '../../wire/connection.ts';
import { PruneOffer } from '../home/prune-offer.tsx';
import { useFollowed } from './follow.ts';
import styles from './jobs.module.css';
import { LastRuns } from './last-runs.tsx';
import { JobLog } from './log.tsx';
import { Steps } from './steps.tsx';

const isRepeatable = new Set(['install', 'reset', 'update', 'move', 'snapshot', 'remove']);

/** One job from near: what it does or did, over time, what it said, and where it failed. */
export function JobDetail({ id }: { id: string }) {
  const { job, lines, failure } = useFollowed(id);
  const cancel = useDo(() => api.jobs.cancel({ id }));
  const retry = useDo(() => api.jobs.retry({ id }));
  if (failure !== null) return <Failed failure={failure} />;
  if (job === null) return <Loading rows={4} />;
  const isOpen = job.state === 'running' || job.state === 'queued';
  const failedStep = job.steps.find((step) => step.state === 'failed');
  return (
    <>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Group gap={8} wrap="nowrap" mih={30} style={{ flex: 1, minWidth: 0 }}>
          <StateDot state={dotOf(job)} />
          <Title order={2}>{job.title}</Title>
        </Group>
        {isOpen ? (
          <Button
            leftSection={<IconX size={14} aria-hidden />}
            loading={cancel.isBusy}
            onClick={() => cancel.run()}
          >
            {texts.cancel}
          </Button>
        ) : (
          isRepeatable.has(job.kind) && (
            <Button
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              loading={retry.isBusy}
              onClick={() => retry.run()}
            >
              {texts.again}
            </Button>
          )
        )}
      </Group>
      <Group gap={6} mt={6}>
        <Badge color="gray">{texts.states[job.state]}</Badge>
        {job.install !== null && (
          <Badge component={Link} href={`/install/${job.install}`} style={{ cursor: 'pointer' }}>
            {job.install}
          </Badge>
        )}
        <Text size="xs" c="dimmed" className="mono">
          {job.id}
        </Text>
      </Group>
      {job.state === 'running' && <Now job={job} />}
      {job.error !== null && (
        <div style={{ marginTop: 12 }}>
          <Failed failure={job.error} />
          <PruneOffer code={job.error.code} />
          {failedStep !== undefined && (
            <Text size="sm" c="dimmed" mt={6}>
              {texts.failedAt(failedStep.title)}
            </Text>
          )}
        </div>
      )}
      {job.state === 'interrupted' && (
        <Text size="sm" c="dimmed" mt="sm">
          {texts.interrupted}
        </Text>
      )}
      {(cancel.failure ?? retry.failure) !== null && job.error === null && (
        <Failed failure={(cancel.failure ?? retry.failure) as NonNullable<typeof cancel.failure>} />
      )}
      <h3 className={styles.heading}>{texts.steps}</h3>
      <Steps job={job} />
      <h3 className={styles.heading}>{texts.log}</h3>
      <JobLog lines={lines} />
      <LastRuns job={job} />
    </>
  );
}

function Now({ job }: { job: NonNullable<ReturnType<typeof useFollowed>['job']> }) {
  const step = stepOf(job);
  const rate = step === undefined ? null : throughputOf(step);
  const parts = [
    step?.description ?? '',
    rate === null ? '' : `${formatBytes(rate)}/s`,
    job.etaMs === null ? '' : texts.left(formatDuration(job.etaMs)),
  ].filter((part) => part !== '');
  return (
    <Text size="sm" c="dimmed" mt="sm" className="num" mih={40}>
      {parts.join(' · ')}
      <br />
      {texts.untouched}
    </Text>
  );
}
