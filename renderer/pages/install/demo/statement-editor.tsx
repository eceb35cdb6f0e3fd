import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Failed } from '../../../parts/failure.tsx';
import { useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/demo.ts';
import { api } from '../../../wire/connection.ts';
import { openEditor, type SqlEditor } from '../sql/editor.ts';
import styles from './demo.module.css';

interface Props {
  readonly install: string;
  readonly text: string;
  onClose(): void;
  onSaved(): void;
}

/** Where demo statements are written; what is wrong with them is shown at its line. */
export function StatementEditor({ install, text, onClose, onSaved }: Props) {
  const editor = useRef<SqlEditor | null>(null);
  const save = useDo(() =>
    api.demo.set({ name: install, sql: editor.current?.text() ?? '', parameters: null }),
  );
  const latest = useRef<() => void>(() => {});
  latest.current = () => {
    void save.run().then((saved) => saved !== null && onSaved());
  };
  const line = save.failure?.detail?.line;
  useEffect(() => {
    const written = editor.current;
    if (typeof line !== 'number' || written === null) return;
    const before = written
      .text()
      .split('\n')
      .slice(0, line - 1);
    written.select(before.reduce((sum, each) => sum + each.length + 1, 0));
  }, [line]);
  return (
    <Modal opened size={760} onClose={onClose} title={texts.editor}>
      <Editor text={text} onRun={() => latest.current()} onOpen={(opened) => (editor.current = opened)} />
      <Text size="xs" c="dimmed" mt={6}>
        {texts.editHint}
      </Text>
      {save.failure !== null && <Failed failure={save.failure} />}
      <Group mt="md" gap="xs" justify="flex-end">
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button variant="filled" loading={save.isBusy} onClick={() => latest.current()}>
          {texts.save}
        </Button>
      </Group>
    </Modal>
  );
}

interface EditorProps {
  readonly text: string;
  onRun(): void;
  onOpen(editor: SqlEditor): void;
}

function Editor({ text, onRun, onOpen }: EditorProps) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one editor for as long as the dialog is open
  useEffect(() => {
    if (box.current === null) return;
    const opened = openEditor(box.current, { text, label: texts.editor, hint: texts.placeholder, onRun });
    onOpen(opened);
    opened.focus();
    return () => opened.close();
  }, []);
  return <div ref={box} className={styles.editor} />;
}
