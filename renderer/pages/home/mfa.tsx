import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import type { Question } from '../../../electron/contract/api/questions.ts';
import { useWorld } from '../../store/world.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';

/** Asks for the code of a device where a source of the person's wants one. */
export function MfaQuestions() {
  const isOpen = useWorld((world) => world.wire === 'open');
  const [open, setOpen] = useState<readonly Question[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    const abort = new AbortController();
    const watch = async () => {
      for await (const questions of await api.questions.watch(undefined, { signal: abort.signal }))
        setOpen(questions.open);
    };
    // A connection that is lost is told of elsewhere.
    watch().catch(() => setOpen([]));
    return () => abort.abort();
  }, [isOpen]);
  const question = open[0];
  return question === undefined ? null : <Ask key={question.id} question={question} />;
}

function Ask({ question: { id, device } }: { question: Question }) {
  const [code, setCode] = useState('');
  const answer = (given: string | null) => void api.questions.answer({ id, code: given }).catch(() => {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '') answer(code.trim());
  };
  return (
    <Modal
      opened
      onClose={() => answer(null)}
      title={texts.mfa.title}
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{texts.mfa.about(device)}</Text>
          <TextInput
            label={texts.mfa.label}
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            data-autofocus
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button size="sm" onClick={() => answer(null)}>
              {texts.mfa.none}
            </Button>
            <Button size="sm" type="submit" variant="filled">
              {texts.mfa.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
