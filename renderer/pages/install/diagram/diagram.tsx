import { ActionIcon, Group, TextInput, Tooltip } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Failed } from '../../../parts/failure.tsx';
import { useAsk } from '../../../store/ask.ts';
import { texts } from '../../../texts/pictures.ts';
import { api } from '../../../wire/connection.ts';
import type { TabProps } from '../tab.ts';
import { Boxes } from './boxes.tsx';
import styles from './diagram.module.css';
import { arrange, type Diagram } from './layout.ts';
import { useZoom } from './zoom.ts';

const empty: Diagram = { boxes: [], lines: [], width: 0, height: 0 };

/** The tables of an install and how they point at each other; a table is a link to its rows. */
export function DiagramTab({ card }: TabProps) {
  const [, go] = useLocation();
  const asked = useAsk(`${card.name} ${card.revision}`, async (signal) => {
    const graph = await api.browse.graph({ name: card.name }, { signal });
    // No key points at a view: they would only stand about.
    const tables = graph.tables.filter(({ kind }) => kind !== 'view' && kind !== 'materialized');
    return arrange({ ...graph, tables }, signal);
  });
  const diagram = asked.data ?? empty;
  const canvas = useRef<SVGSVGElement>(null);
  const zooming = useZoom(canvas, diagram.width, diagram.height);
  const [search, setSearch] = useState('');
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return wanted === ''
      ? null
      : new Set(diagram.boxes.filter((box) => box.id.toLowerCase().includes(wanted)).map((box) => box.id));
  }, [diagram, search]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: shown whole once, when it has been arranged
  useEffect(() => {
    if (asked.data !== null) zooming.fit();
  }, [asked.data]);
  const goToFirst = (): void => {
    const box = diagram.boxes.find(({ id }) => found?.has(id));
    if (box !== undefined) zooming.to(box.x + box.width / 2, box.y + box.height / 2);
  };
  const { x, y, k } = zooming.transform;
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture with links in it is no fieldset */}
      <svg ref={canvas} className={styles.canvas} role="group" aria-label={texts.diagram}>
        <g transform={`translate(${x} ${y}) scale(${k})`}>
          <Boxes
            diagram={diagram}
            found={found}
            onOpen={(id) => go(`/install/${card.name}/data/${encodeURIComponent(id)}`)}
            onFocus={(box) => zooming.to(box.x + box.width / 2, box.y + box.height / 2)}
          />
        </g>
      </svg>
      <div className={styles.tools}>
        <TextInput
          w={220}
          size="xs"
          value={search}
          placeholder={texts.find}
          aria-label={texts.find}
          leftSection={<IconSearch size={14} aria-hidden />}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && goToFirst()}
        />
        <span className={`${styles.count} num`}>
          {asked.data !== null && texts.tables(diagram.boxes.length, diagram.lines.length)}
        </span>
        <Group gap={4} ml="auto">
          <Tool label={texts.zoomOut} icon={IconMinus} onClick={() => zooming.by(1 / 1.4)} />
          <Tool label={texts.zoomIn} icon={IconPlus} onClick={() => zooming.by(1.4)} />
          <Tool label={texts.fit} icon={IconMaximize} onClick={zooming.fit} />
        </Group>
      </div>
      {asked.failure !== null && <Failed failure={asked.failure} onRetry={asked.again} />}
      {asked.data === null && asked.failure === null && <div className={styles.note}>{texts.arranging}</div>}
      {asked.data?.boxes.length === 0 && <div className={styles.note}>{texts.noTables}</div>}
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly icon: typeof IconPlus;
  onClick(): void;
}

function Tool({ label, icon: Icon, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} onClick={onClick}>
        <Icon size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
