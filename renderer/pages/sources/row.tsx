import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { Link } from 'wouter';
import type { Source } from '../../../electron/contract/source.ts';
import { CopyCommand } from '../../parts/command.tsx';
import { type DotState, StateDot } from '../../parts/state-dot.tsx';
import { checkSource, useChecks } from '../../store/checks.ts';
import { commandOf } from '../../store/command.ts';
import { failureOf } from '../../store/failure.ts';
import { hintInPage } from '../../texts/errors.ts';
import { texts } from '../../texts/sources.ts';
import { api } from '../../wire/connection.ts';
import rows from './rows.module.css';

/** A source: what it is, whether it answers, and what can be done with it. It is asked once, when it is first seen. */
export function SourceRow({ source }: { source: Source }) {
  const { name, kind, url } = source;
  const check = useChecks(({ byName }) => byName[name]);
  useEffect(() => {
    if (useChecks.getState().byName[name] === undefined) void checkSource(name);
  }, [name]);
  const state: DotState = check == null ? 'waiting' : check.ok ? 'running' : 'failed';
  const hint = hintInPage('source_unreachable', check?.hint ?? null);
  return (
    <li className={rows.row}>
      <StateDot state={state} />
      <div className={rows.what}>
        <b>{name}</b>
        <span className="quiet">{texts.kinds[kind]}</span>
        <span className={`${rows.url} mono quiet`}>{url}</span>
      </div>
      <Group gap={6} wrap="nowrap">
        <Button component={Link} href={`/datasets/${name}`} aria-label={texts.datasetsOf(name)}>
          {texts.browse}
        </Button>
        <Button
          loading={check === null}
          aria-label={texts.checkOf(name)}
          onClick={() => void checkSource(name)}
        >
          {texts.check}
        </Button>
        <Button aria-label={texts.removeOf(name)} onClick={() => void removeSource(name)}>
          {texts.remove}
        </Button>
        <CopyCommand command={commandOf('source', 'check', name)} />
      </Group>
      <div className={rows.state} aria-live="polite" data-bad={check?.ok === false ? '' : undefined}>
        {check == null ? texts.checking : check.message}
        {hint !== null && <span className="quiet"> {hint}</span>}
      </div>
    </li>
  );
}

/** Forgets a source, and offers to add it again just as it was. */
async function removeSource(name: string): Promise<void> {
  try {
    const { url, s3 } = await api.sources.show({ name });
    await api.sources.remove({ name });
    const id = notifications.show({
      withBorder: true,
      color: 'sea',
      autoClose: 12_000,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{texts.removed(name)}</span>
          <Button
            onClick={() => {
              notifications.hide(id);
              void api.sources.add({ name, url, s3: s3 ?? {} }).catch(tell);
            }}
          >
            {texts.undo}
          </Button>
        </Group>
      ),
    });
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  notifications.show({ message: failureOf(error).message, color: 'red', withBorder: true });
}
