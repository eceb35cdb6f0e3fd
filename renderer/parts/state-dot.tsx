import { texts } from '../texts/general.ts';
import styles from './state-dot.module.css';

export type DotState = 'running' | 'stopped' | 'starting' | 'failed' | 'succeeded' | 'working' | 'waiting';

/** A state as a dot, and as a word for who cannot see it. */
export function StateDot({ state }: { state: DotState }) {
  return <span className={styles.dot} data-state={state} role="img" aria-label={texts.states[state]} />;
}
