import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Server } from '../../../electron/contract/server.ts';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes } from '../../parts/format.ts';
import { StateDot } from '../../parts/state-dot.tsx';
import { useDo } from '../../store/ask.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/settings.ts';
import { api } from '../../wire/connection.ts';
import { Line, Section } from './section.tsx';
import styles from './settings.module.css';

/** The local servers: whether they run, what they take, and what they say. */
export function Servers() {
  const servers = useWorld((world) => world.servers);
  const [logOf, setLogOf] = useState<string | null>(null);
  return (
    <Section title={texts.servers}>
      {servers.length === 0 && <Text c="dimmed">{texts.noServers}</Text>}
      {servers.map((server) => (
        <ServerLine key={server.name} server={server} onLog={() => setLogOf(server.name)} />
      ))}
      <Modal
        opened={logOf !== null}
        onClose={() => setLogOf(null)}
        size="xl"
        title={texts.logOf(logOf ?? '')}
      >
        {logOf !== null && <ServerLog key={logOf} name={logOf} />}
      </Modal>
    </Section>
  );
}

function ServerLine({ server, onLog }: { server: Server; onLog: () => void }) {
  const turn = useDo(() =>
    server.state === 'running'
      ? api.servers.stop({ name: server.name })
      : api.servers.start({ name: server.name }),
  );
  const facts = [
    server.version === null ? '' : `PostgreSQL ${server.version}`,
    texts.port(server.port),
    server.sizeBytes === null ? '' : formatBytes(server.sizeBytes),
    texts.installs(server.installs.length),
    server.note ?? '',
  ].filter((fact) => fact !== '');
  return (
    <>
      <Line
        label={
          <Group gap={8}>
            <StateDot state={server.state} />
            {server.name}
          </Group>
        }
        hint={facts.join(' · ')}
      >
        <Group gap="xs">
          <Button onClick={onLog} aria-label={texts.logOf(server.name)}>
            {texts.log}
          </Button>
          <Button
            miw={64}
            loading={turn.isBusy}
            onClick={() => turn.run()}
            aria-label={`${server.state === 'running' ? texts.stop : texts.start} ${server.name}`}
          >
            {server.state === 'running' ? texts.stop : texts.start}
          </Button>
        </Group>
      </Line>
      {turn.failure !== null && <Failed failure={turn.failure} />}
    </>
  );
}

const mostLines = 2000;

function ServerLog({ name }: { name: string }) {
  const [lines, setLines] = useState<readonly string[]>([]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      for await (const batch of await api.servers.log({ name }, { signal: abort.signal }))
        setLines((before) => [...before, ...batch.lines].slice(-mostLines));
    };
    read().catch(() => {});
    return () => abort.abort();
  }, [name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end into sight
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={box}
      role="log"
      className={styles.log}
      aria-label={texts.logOf(name)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      {lines.length === 0 ? texts.noLog : lines.join('\n')}
    </div>
  );
}
