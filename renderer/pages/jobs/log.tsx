import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { JobLogLine } from '../../../electron/contract/job.ts';
import { texts } from '../../texts/jobs.ts';
import styles from './jobs.module.css';

/** What a job said; the end stays in sight while it is looked at. */
export function JobLog({ lines }: { lines: readonly JobLogLine[] }) {
  const box = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what moves it
  useEffect(() => {
    if (box.current !== null && wasAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  if (lines.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {texts.noLog}
      </Text>
    );
  return (
    <div
      ref={box}
      role="log"
      className={styles.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={texts.log}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        wasAtEnd.current = scrollTop + clientHeight >= scrollHeight - 8;
      }}
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added
        <div key={index} data-level={line.level}>
          {line.at.slice(11, 19)} {line.message}
        </div>
      ))}
    </div>
  );
}
