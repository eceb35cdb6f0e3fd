import type { RemoteDetails } from '../../../electron/contract/agent.ts';
import { texts } from '../../texts/agents.ts';
import styles from './remote.module.css';

/** What a job of an agent says that it did: its summary, the tables that it copied, what changed in their schema. */
export function RemoteOutput({ details }: { details: RemoteDetails }) {
  const { summary, fullCopies, deltaCopies, copySummary, schemaChanges, links } = details;
  return (
    <>
      <Lines title={texts.summary} lines={summary} />
      <Lines title={texts.schemaChanges} lines={schemaChanges} isWarning />
      {fullCopies.length + deltaCopies.length > 0 && (
        <>
          <h3 className={styles.heading}>{texts.tables}</h3>
          <div className={styles.tables}>
            <Tables title={texts.full(fullCopies.length)} tables={fullCopies} />
            <Tables title={texts.delta(deltaCopies.length)} tables={deltaCopies} />
          </div>
        </>
      )}
      <Lines title={texts.copies} lines={copySummary} />
      {links.length > 0 && (
        <>
          <h3 className={styles.heading}>{texts.links}</h3>
          <ul className={styles.lines}>
            {[...new Set(links)].map((link) => (
              <li key={link}>
                {/^https:\/\//.test(link) ? (
                  <a className={styles.link} href={link} target="_blank" rel="noreferrer noopener">
                    {link}
                  </a>
                ) : (
                  link
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Lines({
  title,
  lines,
  isWarning = false,
}: {
  title: string;
  lines: readonly string[];
  isWarning?: boolean;
}) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{title}</h3>
      <ul className={styles.lines} data-warn={isWarning ? '' : undefined}>
        {[...new Set(lines)].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}

function Tables({ title, tables }: { title: string; tables: readonly string[] }) {
  return (
    <div className={styles.box}>
      <h4 className={styles.count}>{title}</h4>
      {tables.length === 0 ? (
        <span className="quiet">{texts.noTables}</span>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <ul className={`${styles.names} mono`} tabIndex={0} aria-label={title}>
          {[...new Set(tables)].map((table) => (
            <li key={table} title={table}>
              {table}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
