import { Badge, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowDown, IconArrowUp, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProjectPlan, UpResult } from '../../../electron/contract/project.ts';
import { CopyCommand } from '../../parts/command.tsx';
import { Failed } from '../../parts/failure.tsx';
import { useDo } from '../../store/ask.ts';
import { commandOf } from '../../store/command.ts';
import { texts } from '../../texts/project.ts';
import { api } from '../../wire/connection.ts';
import { Planned } from './planned.tsx';
import styles from './project.module.css';
import { Script } from './script.tsx';

interface Props {
  readonly plan: ProjectPlan;
  /** The file is to be read anew. */
  onChanged(): void;
}

/** What a project would do, whether it is trusted, and the one thing to do next: trust it, then do it. */
export function ProjectPlanned({ plan, onChanged }: Props) {
  const { file, hash, trusted, installs, text } = plan;
  const [done, setDone] = useState<UpResult | null>(null);
  const trust = useDo(() => api.projects.trust({ file, hash }));
  const up = useDo(() => api.projects.up({ file, hash }));
  const down = useDo(() => api.projects.down({ file, remove: false }));
  const scripts = new Set(installs.flatMap(({ sql }) => sql.map((each) => each.file))).size;
  const missing = installs.filter(({ state }) => state === 'missing').length;
  const failure = trust.failure ?? up.failure ?? down.failure;
  const doUp = async (): Promise<void> => {
    setDone(null);
    const result = await up.run();
    setDone(result);
    onChanged();
  };
  const doDown = async (): Promise<void> => {
    const result = await down.run();
    if (result === null) return;
    notifications.show({ message: [texts.wentDown(result.servers), ...result.notes].join(' ') });
  };
  return (
    <>
      <section className={styles.head} aria-label={texts.file}>
        <div className={styles.place}>
          <span className={`${styles.file} mono`}>{file}</span>
          <Badge color={trusted ? 'green' : 'yellow'} c={trusted ? 'var(--rp-good)' : 'var(--rp-warn)'}>
            {trusted ? texts.trusted : texts.untrusted}
          </Badge>
        </div>
        <Group gap="sm" wrap="nowrap">
          <Text c="dimmed" size="sm" flex={1}>
            {trusted ? texts.upHint(installs.length, missing) : texts.willTrust(scripts)}
          </Text>
          <CopyCommand command={commandOf('up', file, !trusted && '--yes')} />
          {trusted ? (
            <>
              <Button
                size="sm"
                leftSection={<IconArrowDown size={15} aria-hidden />}
                loading={down.isBusy}
                disabled={up.isBusy}
                onClick={() => void doDown()}
              >
                {texts.down}
              </Button>
              <Button
                size="sm"
                variant="filled"
                leftSection={<IconArrowUp size={15} aria-hidden />}
                loading={up.isBusy}
                disabled={down.isBusy}
                onClick={() => void doUp()}
              >
                {texts.up}
              </Button>
            </>
          ) : (
            <Button
              size="sm"
              variant="filled"
              leftSection={<IconShieldCheck size={15} aria-hidden />}
              loading={trust.isBusy}
              onClick={async () => (await trust.run()) !== null && onChanged()}
            >
              {texts.trust}
            </Button>
          )}
        </Group>
        {failure !== null && (
          <Failed
            failure={failure}
            onDismiss={() => {
              for (const each of [trust, up, down]) each.clear();
              onChanged();
            }}
          />
        )}
      </section>
      {installs.map((install) => (
        <Planned
          key={install.name}
          install={install}
          done={done?.installs.find(({ name }) => name === install.name) ?? null}
        />
      ))}
      <Script title={texts.whole} note={file} text={text} />
    </>
  );
}
