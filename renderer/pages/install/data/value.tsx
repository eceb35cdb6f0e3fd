import type { BrowsedColumn, Cell } from '../../../../electron/contract/browse.ts';
import { formatBytes } from '../../../parts/format.ts';
import { texts } from '../../../texts/data.ts';
import styles from './data.module.css';

/** The text of a cell as far as it came; NULL is an empty text. */
export function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'string' ? cell : cell.text;
}

// A line end or a tab in a value would break the row: they are shown as signs.
const signs: Record<string, string> = { '\n': '⏎', '\r': '', '\t': '⇥' };

/** A value in its row: NULL told from an empty text, a cut one with what it is in all. */
export function Value({ cell, shape }: { cell: Cell | undefined; shape: BrowsedColumn['shape'] }) {
  if (cell === null || cell === undefined) return <span className={styles.null}>{texts.null}</span>;
  const text = textOf(cell)
    .slice(0, 300)
    .replace(/[\n\r\t]/g, (sign) => signs[sign] ?? ' ');
  if (typeof cell === 'string') return <>{shape === 'boolean' ? (wordOf(text) ?? text) : text}</>;
  return (
    <>
      {text}… <span className={styles.cut}>{formatBytes(cell.bytes)}</span>
    </>
  );
}

function wordOf(text: string): string | undefined {
  return { t: 'true', f: 'false' }[text];
}
