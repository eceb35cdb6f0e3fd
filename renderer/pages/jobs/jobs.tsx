import { Button, CloseButton, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Header } from '../../parts/header.tsx';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/jobs.ts';
import { JobDetail } from './detail.tsx';
import styles from './jobs.module.css';
import { type Filter, useJobList } from './list.ts';
import { isRemoteId, RemoteDetail } from './remote-detail.tsx';
import { JobRows } from './rows.tsx';
import { WorkflowFilter } from './workflow-filter.tsx';

/** All that was done and is being done, and one job of it from near. */
export function Jobs({ id }: { id: string | null }) {
  const [, go] = useLocation();
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 150);
  const [workflow, setWorkflow] = useState<string | null>(null);
  const list = useJobList(filter, settled, filter === 'remote' ? workflow : null);
  const chosen = id ?? list.jobs[0]?.id ?? null;
  const isFiltered = filter !== 'all' || search !== '';
  return (
    <div className={styles.page}>
      <Header title={general.nav.jobs}>
        <SegmentedControl
          size="xs"
          style={{ flexShrink: 0 }}
          value={filter}
          onChange={(value) => setFilter(value as Filter)}
          data={Object.entries(texts.filters).map(([value, label]) => ({ value, label }))}
        />
        {filter === 'remote' && <WorkflowFilter value={workflow} onChange={setWorkflow} />}
        <TextInput
          w={180}
          size="xs"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          placeholder={texts.search}
          aria-label={texts.search}
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={
            search !== '' && <CloseButton size="xs" aria-label={texts.clear} onClick={() => setSearch('')} />
          }
        />
      </Header>
      <div className={styles.panes}>
        {list.jobs.length > 0 || list.isLoading ? (
          <JobRows list={list} chosen={chosen} onChoose={(job) => go(`/jobs/${job}`)} />
        ) : (
          <Stack className={styles.list} p="lg" gap="xs">
            <Text fw={600}>{isFiltered ? texts.nothingFound : texts.empty}</Text>
            {isFiltered ? (
              <Group>
                <Button
                  onClick={() => {
                    setFilter('all');
                    setSearch('');
                  }}
                >
                  {texts.clear}
                </Button>
              </Group>
            ) : (
              <Text c="dimmed">{texts.emptyHint}</Text>
            )}
          </Stack>
        )}
        <section className={styles.detail} aria-label={general.details}>
          {chosen === null ? (
            <Text c="dimmed">{texts.pick}</Text>
          ) : isRemoteId(chosen) ? (
            <RemoteDetail key={chosen} id={chosen} />
          ) : (
            <JobDetail key={chosen} id={chosen} />
          )}
        </section>
      </div>
    </div>
  );
}
