import { IconChevronRight } from '@tabler/icons-react';
import { texts } from '../../texts/project.ts';
import styles from './project.module.css';

/** A text that can be read before it runs: folded, since most are long. */
export function Script({ title, note, text }: { title: string; note: string; text: string }) {
  const count = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return (
    <details className={styles.script}>
      <summary>
        <IconChevronRight size={15} aria-hidden />
        <span className="mono">{title}</span>
        <span className={styles.scriptNote}>{note}</span>
        <span className="quiet num">{texts.lines(count)}</span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
