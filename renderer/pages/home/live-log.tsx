import { useEffect, useRef, useState } from 'react';
import type { JobLogLine } from '../../../electron/contract/job.ts';
import { texts } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';
import styles from './card.module.css';

const mostLines = 500;

/** The log of a job as it is written; the newest line stays in sight. */
export function LiveLog({ id, title }: { id: string; title: string }) {
  const [lines, setLines] = useState<readonly JobLogLine[]>([]);
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const abort = new AbortController();
    const follow = async () => {
      for await (const { lines: more } of await api.jobs.follow({ id }, { signal: abort.signal })) {
        setLines((known) => [...known, ...more].slice(-mostLines));
      }
    };
    // A connection that is lost is told of elsewhere.
    follow().catch(() => {});
    return () => abort.abort();
  }, [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what scrolls
  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <pre ref={box} className={styles.log} tabIndex={0} aria-label={texts.logOf(title)} role="log">
      {lines.length === 0
        ? texts.noLog
        : lines.map((line) => `${line.at.slice(11, 19)}  ${line.message}`).join('\n')}
    </pre>
  );
}
