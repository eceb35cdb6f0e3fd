import { Badge, Group, Text } from '@mantine/core';
import type {
  DemoStatements,
  Preview,
  PreviewChange,
  PreviewedStatement,
  PreviewRow,
} from '../../../../electron/contract/demo.ts';
import { formatDuration } from '../../../parts/format.ts';
import { texts } from '../../../texts/demo.ts';
import styles from './demo.module.css';

interface Props {
  readonly statements: DemoStatements;
  /** Null until it has been tried. */
  readonly preview: Preview | null;
  readonly isTrying: boolean;
}

type Shown = Pick<PreviewedStatement, 'line' | 'sql' | 'changes' | 'warnings'> & {
  /** Null until it has been tried. */
  readonly rows: number | null;
};

/** The statements, and what each of them would change, before and after. */
export function PreviewPane({ statements, preview, isTrying }: Props) {
  const shown: readonly Shown[] =
    preview?.statements ??
    statements.statements.map(({ line, sql }) => ({ line, sql, rows: null, changes: [], warnings: [] }));
  return (
    <div aria-live="polite">
      <Group gap="xs" mb="xs" mih={22}>
        {preview !== null && (
          <>
            <Badge color="gray" className="num">
              {texts.sums(
                preview.statements.length,
                preview.statements.reduce((sum, each) => sum + each.rows, 0),
              )}
            </Badge>
            <Text size="sm" c="dimmed" className="num">
              {texts.tried(formatDuration(preview.ms.total))}
            </Text>
          </>
        )}
        {isTrying && (
          <Text size="sm" c="dimmed">
            {texts.trying}
          </Text>
        )}
      </Group>
      {preview !== null && preview.unused.length > 0 && (
        <Text size="sm" c="var(--rp-warn)" mb="xs">
          {texts.unused(preview.unused.join(', '))}
        </Text>
      )}
      {shown.map((statement) => (
        <article key={statement.line} className={styles.statement} aria-label={texts.line(statement.line)}>
          <div className={styles.sql}>
            <span className="quiet">{statement.line}</span>
            <Statement sql={statement.sql} />
            <span>
              {statement.rows === 0 && (
                <Badge color="yellow" c="var(--rp-warn)">
                  {texts.touchesNothing}
                </Badge>
              )}
            </span>
          </div>
          {statement.changes.map((change) => (
            <Change key={`${change.table} ${change.kind}`} change={change} />
          ))}
          {statement.warnings
            .filter((warning) => warning !== texts.touchesNothing)
            .map((warning) => (
              <div key={warning} className={styles.more}>
                {warning}
              </div>
            ))}
        </article>
      ))}
    </div>
  );
}

function Statement({ sql }: { sql: string }) {
  return (
    <span>
      {sql.split(/(%\([^%()]*\)s)/).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        <span key={index} className={index % 2 === 1 ? styles.parameter : undefined}>
          {part}
        </span>
      ))}
    </span>
  );
}

const mostShown = 6;

function Change({ change }: { change: PreviewChange }) {
  const lines = linesOf(change);
  const rest = change.rows - Math.min(change.rows, rowsShown(change));
  return (
    <>
      {lines.slice(0, mostShown).map(({ key, column, before, after }) => (
        <div key={key} className={styles.change}>
          <span className="quiet">
            {change.table.replace(/^public\./, '')}.{column}
          </span>
          <span>{before !== null && <span className={styles.before}>{before}</span>}</span>
          <span>{after !== null && <span className={styles.after}>{after}</span>}</span>
        </div>
      ))}
      {change.kind === 'truncate' && <div className={styles.more}>{texts.truncated}</div>}
      {(rest > 0 || lines.length > mostShown) && (
        <div className={styles.more}>{texts.moreRows(Math.max(rest, change.rows - 1))}</div>
      )}
    </>
  );
}

interface Line {
  readonly key: string;
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
}

// Of an update only the columns that differ are worth a line; of a new or a gone row all that hold something.
function linesOf({ kind, before, after }: PreviewChange): Line[] {
  const count = Math.max(before.length, after.length);
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const old = before[index] ?? {};
    const fresh = after[index] ?? {};
    const columns = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
    return columns
      .filter((column) =>
        kind === 'update' ? old[column] !== fresh[column] : (old[column] ?? fresh[column]) != null,
      )
      .map((column) => ({
        key: `${index} ${column}`,
        column,
        before: kind === 'insert' ? null : shownOf(old, column),
        after: kind === 'delete' ? null : shownOf(fresh, column),
      }));
  });
}

function shownOf(row: PreviewRow, column: string): string {
  const value = row[column];
  if (value == null) return texts.null;
  return value.length > 120 ? `${value.slice(0, 120)}…` : value;
}

function rowsShown({ before, after }: PreviewChange): number {
  return Math.max(before.length, after.length);
}
