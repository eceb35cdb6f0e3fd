import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { InstallReport } from '../../../electron/contract/report.ts';
import { Failed } from '../../parts/failure.tsx';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';
import { Loading } from '../../parts/loading.tsx';
import { useAsk } from '../../store/ask.ts';
import { texts as all } from '../../texts/install.ts';
import { api } from '../../wire/connection.ts';
import styles from './install.module.css';
import type { TabProps } from './tab.ts';

const texts = all.report;

/** What became of the archive on its way to this database: nothing was dropped in silence. */
export function ReportTab({ card }: TabProps) {
  const { name } = card;
  const { data, failure, again } = useAsk(`${name} ${card.revision}`, (signal) =>
    api.installs.show({ name }, { signal }),
  );
  if (failure !== null)
    return (
      <div className={styles.text}>
        <Failed failure={failure} onRetry={again} />
      </div>
    );
  if (data === null) return <Loading />;
  const { report } = data;
  return (
    <div className={styles.text}>
      <Part title={texts.warnings} isEmpty={report.warnings.length === 0}>
        {report.warnings.map(({ code, message }) => (
          <Text key={`${code} ${message}`} size="sm">
            {message}
          </Text>
        ))}
      </Part>
      <Part title={texts.orphans} isEmpty={report.orphans.length === 0}>
        <Text size="sm" c="dimmed" mb={4}>
          {texts.orphansHint}
        </Text>
        {report.orphans.map(({ constraint, rows }) => (
          <Text key={constraint} size="sm">
            <span className="mono">{constraint}</span>: {texts.orphanRows(rows)}
          </Text>
        ))}
      </Part>
      <Part title={texts.skipped} isEmpty={report.skipped.length === 0}>
        <Scroll label={texts.skipped}>
          <Table>
            <Table.Tbody>
              {report.skipped.map((skipped) => (
                <Table.Tr key={`${skipped.what} ${skipped.name} ${skipped.reason}`}>
                  <Table.Td>{skipped.what}</Table.Td>
                  <Table.Td className="mono">{skipped.name}</Table.Td>
                  <Table.Td c="dimmed">{skipped.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scroll>
      </Part>
      <Part title={texts.tables} isEmpty={report.tables.length === 0}>
        <Tables report={report} />
      </Part>
      <Part title={texts.times} isEmpty={false}>
        <Table maw={320}>
          <Table.Tbody>
            {(Object.keys(texts.what) as (keyof typeof texts.what)[]).map((key) => (
              <Table.Tr key={key}>
                <Table.Td>{texts.what[key]}</Table.Td>
                <Table.Td ta="right" className="num">
                  {formatDuration(report.ms[key])}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Part>
      <Part title={texts.check} isEmpty={false}>
        <Text size="sm" c="dimmed">
          {texts.noCheck}
        </Text>
      </Part>
    </div>
  );
}

function Part({ title, isEmpty, children }: { title: string; isEmpty: boolean; children: ReactNode }) {
  return (
    <section className={styles.card} aria-label={title}>
      <h2 className={styles.heading}>{title}</h2>
      {isEmpty ? (
        <Text size="sm" c="dimmed">
          {texts.nothing}
        </Text>
      ) : (
        children
      )}
    </section>
  );
}

function Tables({ report }: { report: InstallReport }) {
  return (
    <Scroll label={texts.columns.rows}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.columns.table}</Table.Th>
            <Table.Th ta="right">{texts.columns.rows}</Table.Th>
            <Table.Th ta="right">{texts.columns.bytes}</Table.Th>
            <Table.Th ta="right">{texts.columns.ms}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.tables.map((table) => (
            <Table.Tr key={`${table.schema}.${table.name}`}>
              <Table.Td className="mono">
                {table.schema}.{table.name}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {table.rows === null ? texts.root : formatCount(table.rows)}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {formatBytes(table.bytes)}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {formatDuration(table.ms)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
