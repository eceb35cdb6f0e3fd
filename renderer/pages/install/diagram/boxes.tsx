import { memo, useState } from 'react';
import { formatMany } from '../../../parts/format.ts';
import { texts } from '../../../texts/pictures.ts';
import styles from './diagram.module.css';
import type { Box, Diagram, Line } from './layout.ts';

interface Props {
  readonly diagram: Diagram;
  /** The ids that a search found; null where nothing is searched. */
  readonly found: ReadonlySet<string> | null;
  onOpen(id: string): void;
  /** A box that the keyboard came to: it has to be in sight. */
  onFocus(box: Box): void;
}

/** The picture itself: drawn once, whatever pan and zoom do to it. */
export const Boxes = memo(
  function Boxes({ diagram, found, onOpen, onFocus }: Props) {
    const [lit, setLit] = useState<string | null>(null);
    return (
      <>
        {diagram.lines.map((line) => (
          <path
            key={line.id}
            className={styles.line}
            data-lit={line.from === lit || line.to === lit ? true : undefined}
            data-valid={line.valid}
            d={pathOf(line)}
          />
        ))}
        {diagram.boxes.map((box) => (
          // biome-ignore lint/a11y/useSemanticElements: there is no button in SVG
          <g
            key={box.id}
            role="button"
            tabIndex={0}
            className={styles.box}
            data-state={found === null ? undefined : found.has(box.id) ? 'found' : 'other'}
            transform={`translate(${box.x} ${box.y})`}
            onClick={() => onOpen(box.id)}
            onKeyDown={(event) => event.key === 'Enter' && onOpen(box.id)}
            onFocus={(event) => event.currentTarget.matches(':focus-visible') && onFocus(box)}
            onPointerEnter={() => setLit(box.id)}
            onPointerLeave={() => setLit(null)}
          >
            <rect width={box.width} height={box.height} rx={8} />
            <text x={12} y={22} fontWeight={600}>
              {box.name}
            </text>{' '}
            <text x={box.width - 12} y={22} textAnchor="end" className={styles.rows}>
              {box.rows === null ? '' : formatMany(box.rows)}
            </text>{' '}
            {box.columns.map((column, index) => (
              <text key={column} x={12} y={48 + index * 18} className={styles.column}>
                {`${column} `}
              </text>
            ))}
            {box.more > 0 && (
              <text x={12} y={48 + box.columns.length * 18} className={styles.column}>
                {texts.columnsMore(box.more)}
              </text>
            )}
          </g>
        ))}
      </>
    );
  },
  (before, after) => before.diagram === after.diagram && before.found === after.found,
);

const arrow = 5;

function pathOf({ points }: Line): string {
  const end = points.at(-1);
  const before = points.at(-2);
  if (end === undefined || before === undefined) return '';
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  const side = Math.sign(end.x - before.x) || 1;
  return `${path}M${end.x - side * arrow} ${end.y - arrow}L${end.x} ${end.y}L${end.x - side * arrow} ${end.y + arrow}`;
}
