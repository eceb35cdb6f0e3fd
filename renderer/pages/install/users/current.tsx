import { Anchor, Button, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Card, IdentityOn } from '../../../../electron/contract/card.ts';
import { Ago } from '../../../parts/ago.tsx';
import { Copy } from '../../../parts/copy.tsx';
import { Failed } from '../../../parts/failure.tsx';
import { useAsk, useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/users.ts';
import { api } from '../../../wire/connection.ts';
import styles from './users.module.css';

/** Who one is in this install, what to do next, and the way back. */
export function Current({ card, identity }: { card: Card; identity: IdentityOn }) {
  const { name } = card;
  const current = useAsk(`${name} ${identity.user} ${identity.since}`, (signal) =>
    api.users.current({ name }, { signal }),
  );
  const stop = useDo(() => api.users.stop({ name }));
  const next = current.data?.next;
  const doStop = async (): Promise<void> => {
    const done = await stop.run();
    if (done?.stopped) notifications.show({ message: texts.stopped(done.stopped.label) });
  };
  return (
    <section aria-label={texts.youAre(identity.label)}>
      <div className={styles.now}>
        <Title order={2}>{texts.youAre(identity.label)}</Title>
        <Text size="sm">
          {texts.since} <Ago at={identity.since} />
        </Text>
        <Button ml="auto" loading={stop.isBusy} onClick={doStop}>
          {texts.stop(identity.label)}
        </Button>
      </div>
      {stop.failure !== null && <Failed failure={stop.failure} />}
      {next != null && (
        <>
          <h3 className={styles.heading}>{texts.next}</h3>
          {next.login !== null && <Line label={texts.login} value={next.login} />}
          {next.password !== null && <Line label={texts.password} value={next.password} isSecret />}
          {next.token !== null && <Line label={texts.token} value={next.token} isSecret />}
          {next.cookie !== null && <Line label={texts.cookie} value={next.cookie} isSecret />}
          {next.open !== null && (
            <div className={styles.secret}>
              <span className="quiet">{texts.open}</span>
              <Anchor href={next.open} target="_blank" rel="noreferrer" className={styles.value ?? ''}>
                {next.open}
              </Anchor>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Line({ label, value, isSecret = false }: { label: string; value: string; isSecret?: boolean }) {
  const [isShown, setShown] = useState(!isSecret);
  return (
    <div className={styles.secret}>
      <span className="quiet">{label}</span>
      <span className={styles.value}>{isShown ? value : '••••••••'}</span>
      <span>
        {isSecret && (
          <Button size="compact-xs" variant="subtle" onClick={() => setShown(!isShown)}>
            {isShown ? texts.hide : texts.show}
          </Button>
        )}
        <Copy text={value} label={label} />
      </span>
    </div>
  );
}
