import { Button, Menu, NumberInput, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconHistory, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../electron/contract/api/procedure.ts';
import type { ConsoleResult } from '../../../../electron/contract/browse.ts';
import { Failed } from '../../../parts/failure.tsx';
import { formatDuration } from '../../../parts/format.ts';
import { useAsk } from '../../../store/ask.ts';
import { texts } from '../../../texts/sql.ts';
import { api } from '../../../wire/connection.ts';
import type { TabProps } from '../tab.ts';
import { type Draft, readDraft, writeDraft } from './draft.ts';
import { openEditor, type SqlEditor } from './editor.ts';
import { Result } from './result.tsx';
import styles from './sql.module.css';
import { toCsv } from './to-csv.ts';
import { useRun } from './use-run.ts';

const most = 10_000;

/** A console that reads: any statement, its rows, its time; it cannot write whatever is typed. */
export function SqlTab({ card }: TabProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<SqlEditor | null>(null);
  const [limit, setLimit] = useState(1000);
  const [draft, setDraft] = useState<Draft>(() => readDraft(card.name));
  const { run, stop, result, failure, isBusy } = useRun(card.name);
  const names = useAsk(`${card.name} ${card.resetAt}`, (signal) =>
    api.browse.names({ name: card.name }, { signal }),
  );
  const latest = useRef<() => void>(() => {});
  latest.current = () => {
    const { text, from } = editor.current?.chosen() ?? { text: '', from: 0 };
    if (text.trim() === '') return;
    setDraft((before) => writeDraft(card.name, { ...before, past: [text, ...before.past] }));
    void run(text, limit, from);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: one editor for as long as the tab is open
  useEffect(() => {
    if (box.current === null) return;
    const opened = openEditor(box.current, {
      text: draft.text,
      label: texts.editor,
      hint: texts.placeholder,
      onRun: () => latest.current(),
      onChange: (text) => setDraft((before) => writeDraft(card.name, { ...before, text })),
    });
    editor.current = opened;
    opened.focus();
    return () => opened.close();
  }, [card.name]);
  useEffect(() => {
    if (names.data !== null) editor.current?.complete(names.data);
  }, [names.data]);
  useEffect(() => {
    if (failure?.offset != null) editor.current?.select(failure.offset);
  }, [failure]);
  return (
    <div className={styles.tab}>
      <div ref={box} className={styles.editor} />
      <div className={styles.bar}>
        {isBusy ? (
          <Button miw={88} leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={stop}>
            {texts.cancel}
          </Button>
        ) : (
          <Button
            miw={88}
            variant="filled"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            onClick={() => latest.current()}
          >
            {texts.run}
          </Button>
        )}
        <Text size="sm" c="dimmed" visibleFrom="md">
          {texts.readOnly}
        </Text>
        <Text size="sm" ml="auto" className="num" aria-live="polite">
          {result !== null && texts.result(texts.rows(result.rows.length), formatDuration(result.ms))}
        </Text>
        {result !== null && result.rows.length > 0 && <CopyCsv result={result} />}
        <Past past={draft.past} onPick={(text) => editor.current?.write(text)} />
        <NumberInput
          w={92}
          size="xs"
          min={1}
          max={most}
          value={limit}
          aria-label={texts.limit}
          title={texts.limit}
          onChange={(value) => typeof value === 'number' && setLimit(Math.min(most, Math.max(1, value)))}
        />
      </div>
      {failure !== null ? (
        <div className={styles.note}>
          <Failed failure={failure.failure} />
          <Text size="sm" mt="xs" className="num">
            {placeOf(failure.failure)}
          </Text>
        </div>
      ) : result === null ? (
        <div className={styles.note}>{texts.first}</div>
      ) : (
        <Result key={result.ms} result={result} />
      )}
    </div>
  );
}

function placeOf({ detail }: Failure): string | null {
  const { line, column } = detail ?? {};
  return typeof line === 'number' && typeof column === 'number' ? texts.at(line, column) : null;
}

function CopyCsv({ result }: { result: ConsoleResult }) {
  return (
    <Button
      onClick={async () => {
        await navigator.clipboard.writeText(toCsv(result));
        notifications.show({ message: texts.copied, autoClose: 1200 });
      }}
    >
      {texts.copyCsv}
    </Button>
  );
}

function Past({ past, onPick }: { past: readonly string[]; onPick(text: string): void }) {
  return (
    <Menu width={420}>
      <Menu.Target>
        <Button leftSection={<IconHistory size={14} aria-hidden />}>{texts.history}</Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflow: 'auto' }}>
        {past.length === 0 && <Menu.Label>{texts.noHistory}</Menu.Label>}
        {past.map((text) => (
          <Menu.Item key={text} className="mono" onClick={() => onPick(text)}>
            {text.length > 160 ? `${text.slice(0, 160)}…` : text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
