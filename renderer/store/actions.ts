import { notifications } from '@mantine/notifications';
import { navigate } from 'wouter/use-hash-location';
import type { Card } from '../../electron/contract/card.ts';
import type { ServerKind } from '../../electron/contract/server.ts';
import { formatDuration } from '../parts/format.ts';
import { showUndo } from '../parts/undo-note.tsx';
import { texts } from '../texts/home.ts';
import { api } from '../wire/connection.ts';
import { runAct } from './acts.ts';
import { commandOf } from './command.ts';
import { openDialog } from './dialog.ts';
import { keepDraft, readDraft, valuesForm } from './drafts.ts';
import { failureOf } from './failure.ts';
import { forgetNewer } from './newer.ts';
import { type ActionKey, minutesUntil } from './primary.ts';

export type { ActionKey } from './primary.ts';

/** One thing that can be done with an install, and the command that does the same. */
export interface Action {
  readonly key: ActionKey;
  readonly label: string;
  readonly command: string;
  run(): void;
}

/** All that can be done with an install as it is now, in the order of its menu. */
export function actionsOf(card: Card): readonly Action[] {
  const { name, server, serverState, undo, identity } = card;
  const isUp = serverState === 'running' || serverState === 'starting';
  const actions: (Action | null)[] = [
    {
      key: 'open',
      label: texts.actions.open,
      command: commandOf('show', name),
      run: () => navigate(`/install/${name}`),
    },
    {
      key: 'reset',
      label: texts.actions.reset,
      command: commandOf('reset', name),
      run: () => void reset(card),
    },
    card.hasDemo
      ? {
          key: 'plain',
          label: texts.actions.plain,
          command: commandOf('reset', name, '--plain'),
          run: () => void resetPlain(name),
        }
      : null,
    card.updatable
      ? {
          key: 'update',
          label: texts.actions.update,
          command: commandOf('update', name),
          run: () => void update(name),
        }
      : null,
    undo === null
      ? null
      : {
          key: 'undo',
          label: texts.undo(undo.label, minutesUntil(undo.expiresAt)),
          command: commandOf('snapshot', 'restore', name, undo.label),
          run: () => void goBack(name, undo.label),
        },
    identity === null
      ? null
      : {
          key: 'self',
          label: texts.stopBeing(identity.label),
          command: commandOf('impersonate', name, '--stop'),
          run: () =>
            void runAct(name, 'self', async () => {
              await api.users.stop({ name });
              tell(texts.stoppedBeing(identity.label, name));
            }),
        },
    {
      key: 'snapshot',
      label: texts.actions.snapshot,
      command: commandOf('snapshot', 'save', name, texts.snapshotLabel()),
      run: () => openDialog({ kind: 'snapshot', name }),
    },
    {
      key: 'move',
      label: texts.actions.move,
      command: commandOf('move', name, '--server', card.serverKind),
      run: () => openDialog({ kind: 'move', name }),
    },
    isUp
      ? {
          key: 'stop',
          label: texts.actions.stop(server),
          command: commandOf('server', 'stop', server),
          run: () => void runAct(name, 'stop', async () => void (await api.servers.stop({ name: server }))),
        }
      : {
          key: 'start',
          label: texts.actions.start(server),
          command: commandOf('server', 'start', server),
          run: () => void runAct(name, 'start', async () => void (await api.servers.start({ name: server }))),
        },
    {
      key: 'remove',
      label: texts.actions.remove,
      command: commandOf('remove', name, '--keep'),
      run: () => void remove(name),
    },
  ];
  return actions.filter((action) => action !== null);
}

/** The action of this key; `open` where the state has none such. */
export function actionOf(card: Card, key: ActionKey): Action {
  const actions = actionsOf(card);
  return actions.find((action) => action.key === key) ?? (actions[0] as Action);
}

/** Keeps the live as it is under a label. */
export function saveSnapshot(name: string, label: string): Promise<void> {
  return runAct(name, 'snapshot', async () => {
    const { snapshot, ms } = await api.installs.snapshots.save({ name, label });
    tell(texts.saved(name, snapshot.label, formatDuration(ms.closed)));
  });
}

/** Brings an install to another server. */
export function moveTo(
  name: string,
  place: { server: ServerKind; postgres: number | null; port: number | null },
): Promise<void> {
  return runAct(name, 'move', async () => {
    const { changed, install } = await api.installs.move({ name, ...place });
    tell(changed ? texts.move.moved(name, install.server, install.port) : texts.move.there(name));
  });
}

function reset({ name, profile }: Card): Promise<void> {
  return runAct(name, 'reset', async () => {
    const draft = profile === null ? null : readDraft(valuesForm(name, profile));
    // What was typed for the profile that is on is on a screen somewhere: the reset is dressed in it.
    if (draft !== null && profile !== null) {
      const values = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== ''));
      await api.demo.profiles.save({ name, profile, values });
      keepDraft(valuesForm(name, profile), null);
    }
    const { ms, ended } = await api.installs.reset({ name });
    tell(texts.wasReset(name, formatDuration(ms.switch), ended));
  });
}

/** Puts a fresh copy in the place of a live, without its demo statements for this once. */
function resetPlain(name: string): Promise<void> {
  return runAct(name, 'plain', async () => {
    const { ms, ended } = await api.installs.reset({ name, wish: { plain: true } });
    tell(texts.wasReset(name, formatDuration(ms.switch), ended));
  });
}

function update(name: string): Promise<void> {
  return runAct(name, 'update', async () => {
    const { changed, known, install, report } = await api.installs.update({ name, to: null });
    forgetNewer(name);
    tell(
      changed
        ? texts.updated(name, install.revision, report.reloaded.length, report.kept.length)
        : texts.upToDate(name, install.revision, known.message),
    );
  });
}

function goBack(name: string, label: string): Promise<void> {
  return runAct(name, 'undo', async () => {
    const { ms } = await api.installs.snapshots.restore({ name, label });
    tell(texts.wentBack(name, label, formatDuration(ms.switch)));
  });
}

function remove(name: string): Promise<void> {
  return runAct(name, 'remove', async () => {
    const { install, until, changedRows } = await api.installs.remove({ name, keep: true });
    const message = texts.removed(name, install.tables, install.rows, changedRows ?? 0);
    if (until === null) tell(message);
    else
      showUndo(`${message} ${texts.undoable(minutesUntil(until))}`, texts.undoRemoval, () => unremove(name));
    // The page of what is gone says nothing any more.
    if (location.hash.startsWith(`#/install/${name}`)) navigate('/');
  });
}

/** Brings a removed install back. */
export function unremove(name: string): void {
  api.installs.unremove({ name }).then(
    () => tell(texts.isBack(name)),
    (error: unknown) =>
      notifications.show({ message: failureOf(error).message, color: 'red', withBorder: true }),
  );
}

function tell(message: string): void {
  notifications.show({ message, color: 'sea', withBorder: true });
}
