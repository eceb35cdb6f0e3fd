import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEraser, IconEye, IconPencil, IconRestore } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Card } from '../../../../electron/contract/card.ts';
import type { DemoStatements, Profile } from '../../../../electron/contract/demo.ts';
import { CopyCommand } from '../../../parts/command.tsx';
import { Failed } from '../../../parts/failure.tsx';
import { formatDuration } from '../../../parts/format.ts';
import { dismissFailure } from '../../../store/acts.ts';
import { useDo } from '../../../store/ask.ts';
import { commandOf, option } from '../../../store/command.ts';
import { keepDraft, useDraft, valuesForm } from '../../../store/drafts.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import { useChanges } from '../../home/changes.ts';
import styles from './demo.module.css';
import { PreviewPane } from './preview-pane.tsx';
import { Profiles } from './profiles.tsx';
import { Schedules } from './schedules.tsx';
import { ValueForm } from './value-form.tsx';
import { differs, filled, problemsOf, proposedName, shownValues } from './values.ts';

interface Props {
  readonly card: Card;
  readonly statements: DemoStatements;
  readonly profiles: readonly Profile[];
  onChanged(): void;
  onEdit(): void;
}

/** Whom the demo is for, what that fills in, and what it changes. What is on the screen is what happens. */
export function Dressing({ card, statements, profiles, onChanged, onEdit }: Props) {
  const { name } = card;
  const { parameters } = statements;
  const [picked, setPicked] = useState(card.profile ?? profiles[0]?.name ?? null);
  const profile = profiles.find((each) => each.name === picked) ?? null;
  const form = valuesForm(name, profile?.name ?? null);
  const draft = useDraft(form);
  const loose = useDraft(valuesForm(name, null));
  const values = draft ?? { ...profile?.values };
  const isChanged = differs(values, profile);
  // A draft goes once it is kept, and what was typed without a profile once there is one of it.
  useEffect(() => {
    if (draft !== null && !isChanged) keepDraft(form, null);
    if (profile !== null && loose !== null && !differs(loose, profile))
      keepDraft(valuesForm(name, null), null);
  }, [draft, isChanged, form, profile, loose, name]);
  // What is typed without a profile becomes one: else the next reset would not have it.
  const target = profile?.name ?? (isChanged ? proposedName(profiles) : null);
  const [areTold, setTold] = useState(false);
  const problems = problemsOf(parameters, values);
  const pane = useRef<HTMLDivElement>(null);

  const save = useDo(async () => {
    if (!isChanged || target === null) return target;
    const wish = { name, profile: target, values: filled(values) };
    await (profile === null ? api.demo.profiles.create(wish) : api.demo.profiles.save(wish));
    setPicked(target);
    onChanged();
    return target;
  });
  const reset = useDo(async (isPlain: boolean) => {
    const saved = isPlain ? null : await save.run();
    if (!isPlain && saved !== target) return null;
    const wish = isPlain ? { plain: true } : saved === null ? {} : { profile: saved };
    return api.installs.reset({ name, wish });
  });
  const preview = useDo(() =>
    api.demo.preview({
      name,
      wish: {
        ...(profile !== null && { profile: profile.name }),
        set: shownValues(parameters, values),
      },
    }),
  );
  const [shown, setShown] = useState<Awaited<ReturnType<typeof preview.run>>>(null);
  const changed = useChanges(card) ?? 0;

  /** False where a field has to be seen to first: it has the focus then. */
  const areSound = (): boolean => {
    setTold(true);
    if (Object.keys(problems).length === 0) return true;
    setTimeout(() => pane.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return false;
  };
  const doReset = async (isPlain: boolean): Promise<void> => {
    if (!isPlain && !areSound()) return;
    const done = await reset.run(isPlain);
    if (done === null) return;
    dismissFailure(name);
    const duration = formatDuration(done.ms.switch);
    notifications.show({
      message: isPlain ? texts.donePlain(duration) : texts.done(done.statements.rows, duration),
    });
    onChanged();
  };
  const pick = (next: string | null): void => {
    setPicked(next);
    setTold(false);
    setShown(null);
    preview.clear();
  };
  const failure = save.failure ?? reset.failure;
  return (
    <div className={styles.tab}>
      <div className={`${styles.pane} ${styles.profiles}`}>
        <Profiles install={name} profiles={profiles} picked={picked} onPick={pick} onChanged={onChanged} />
      </div>
      <div className={styles.pane} ref={pane}>
        <ValueForm
          key={picked}
          install={name}
          sql={statements.sql}
          parameters={parameters}
          title={profile?.name ?? texts.values}
          values={values}
          problems={areTold ? problems : {}}
          isChanged={isChanged}
          isSaving={save.isBusy && !reset.isBusy}
          onChange={(next) => {
            keepDraft(form, next);
            setShown(null);
          }}
          onSave={async () => {
            if ((await save.run()) === null) return;
            notifications.show({ message: texts.saved, autoClose: 1200 });
          }}
          onTold={onChanged}
        />
        <Group gap="xs" mt="md">
          <Button
            size="sm"
            variant="filled"
            leftSection={<IconRestore size={15} aria-hidden />}
            loading={reset.isBusy}
            className={styles.resetAs ?? ''}
            onClick={() => void doReset(false)}
          >
            {target === null ? texts.reset : texts.resetAs(target)}
          </Button>
          <CopyCommand command={commandOf('reset', name, ...option('--profile', target))} />
          <Button
            size="sm"
            leftSection={<IconEraser size={15} aria-hidden />}
            disabled={reset.isBusy}
            onClick={() => void doReset(true)}
          >
            {texts.resetPlain}
          </Button>
        </Group>
        <Text size="sm" c="dimmed" mt="xs">
          {isChanged && target !== null && `${texts.keptWith(target, profile === null)} `}
          {texts.resetHint(changed === 0 ? texts.nothingGoes : texts.willGo(changed))}
        </Text>
        {failure !== null && <Failed failure={failure} />}
        <Schedules install={name} />
      </div>
      <div className={styles.pane}>
        <Group gap="xs" mb="sm">
          <Text fw={600}>{texts.preview}</Text>
          <Button ml="auto" leftSection={<IconPencil size={14} aria-hidden />} onClick={onEdit}>
            {texts.edit}
          </Button>
          <Button
            leftSection={<IconEye size={14} aria-hidden />}
            loading={preview.isBusy}
            onClick={async () => areSound() && setShown(await preview.run())}
          >
            {texts.tryIt}
          </Button>
        </Group>
        {preview.failure !== null && <Failed failure={preview.failure} />}
        <PreviewPane statements={statements} preview={shown} isTrying={preview.isBusy} />
      </div>
    </div>
  );
}
