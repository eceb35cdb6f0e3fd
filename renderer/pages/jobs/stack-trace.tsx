import { Collapse, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { Copy } from '../../parts/copy.tsx';
import { texts } from '../../texts/agents.ts';
import styles from './remote.module.css';

/** Why a job of an agent failed, in its own words: folded, since they are many. */
export function StackTrace({
  exception,
  stackTrace,
}: {
  exception: string | null;
  stackTrace: string | null;
}) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  // One line of an exception is in the error already.
  const parts = [exception?.includes('\n') === true ? exception : null, stackTrace];
  const whole = parts.filter((part) => part !== null).join('\n\n');
  if (whole === '') return null;
  return (
    <div className={styles.trace}>
      <div className={styles.bar}>
        <UnstyledButton
          className={styles.fold}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <IconChevronRight size={14} aria-hidden />
          {texts.stackTrace}
          <span className="quiet num">{texts.stackTraceLines(whole.split('\n').length)}</span>
        </UnstyledButton>
        <Copy text={whole} label={texts.stackTrace} />
      </div>
      <Collapse expanded={isOpen} transitionDuration={100} id={id}>
        <section
          className={styles.pre}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          aria-label={texts.stackTrace}
        >
          {whole}
        </section>
      </Collapse>
    </div>
  );
}
