import type { ReactNode } from 'react';
import styles from './settings.module.css';

/** A group of settings under its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.card} aria-label={title}>
      <h2 className={styles.heading}>{title}</h2>
      {children}
    </section>
  );
}

/** One thing to see or set: its name, what it means, and its value. */
export function Line({ label, hint, children }: { label: ReactNode; hint?: string; children: ReactNode }) {
  return (
    <div className={styles.line}>
      <div>
        <div>{label}</div>
        {hint !== undefined && <div className={styles.hint}>{hint}</div>}
      </div>
      <div>{children}</div>
    </div>
  );
}
