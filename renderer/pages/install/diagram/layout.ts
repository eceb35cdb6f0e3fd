import ELK, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { ForeignKey, TableGraph } from '../../../../electron/contract/browse.ts';

/** A table as a box. Lengths are in the diagram's own pixels. */
export interface Box {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly rows: number | null;
  /** The columns that foreign keys of this table use, and how many are not shown. */
  readonly columns: readonly string[];
  readonly more: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A foreign key as a line through these points. */
export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly valid: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Diagram {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

const headHeight = 34;
const columnHeight = 18;
const mostColumns = 6;
const letterWidth = 7.6;

/** The name by which a table is known in the diagram and in the address of its data. */
export function idOf({ schema, name }: { schema: string; name: string }): string {
  return `${schema}.${name}`;
}

/** Arranges tables so that foreign keys mostly point one way. Runs in a worker; the signal ends it. */
export async function arrange(graph: TableGraph, signal: AbortSignal): Promise<Diagram> {
  const elk = new ELK({ workerFactory: () => new Worker(workerUrl) });
  const stop = (): void => elk.terminateWorker();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const boxes = new Map(graph.tables.map((table) => [idOf(table), boxOf(table, graph.foreignKeys)]));
    const edges = graph.foreignKeys.filter(
      (key) =>
        boxes.has(idOf(key.table)) && boxes.has(idOf(key.target)) && idOf(key.table) !== idOf(key.target),
    );
    const laid = await elk.layout({
      id: 'all',
      layoutOptions: {
        'elk.algorithm': 'layered',
        'elk.direction': 'RIGHT',
        'elk.layered.spacing.nodeNodeBetweenLayers': '64',
        'elk.spacing.nodeNode': '24',
        'elk.spacing.componentComponent': '40',
        'elk.separateConnectedComponents': 'true',
        'elk.layered.thoroughness': graph.tables.length > 100 ? '2' : '7',
        'elk.edgeRouting': 'ORTHOGONAL',
        'elk.aspectRatio': '1.6',
      },
      children: [...boxes.values()].map(({ id, width, height }) => ({ id, width, height })),
      edges: edges.map((key, index) => ({
        id: `${index}`,
        sources: [idOf(key.table)],
        targets: [idOf(key.target)],
      })),
    });
    return read(laid, boxes, edges);
  } finally {
    signal.removeEventListener('abort', stop);
    elk.terminateWorker();
  }
}

function boxOf(table: TableGraph['tables'][number], keys: readonly ForeignKey[]): Box {
  const id = idOf(table);
  const own = [...new Set(keys.filter((key) => idOf(key.table) === id).flatMap((key) => key.columns))];
  const columns = own.slice(0, mostColumns);
  const more = own.length - columns.length;
  const longest = Math.max(table.name.length + 8, ...columns.map((column) => column.length + 2));
  const lines = columns.length + (more > 0 ? 1 : 0);
  return {
    id,
    schema: table.schema,
    name: table.name,
    rows: table.rows,
    columns,
    more,
    x: 0,
    y: 0,
    width: Math.min(360, Math.max(140, Math.round(longest * letterWidth) + 24)),
    height: headHeight + (lines > 0 ? lines * columnHeight + 8 : 0),
  };
}

function read(laid: ElkNode, boxes: ReadonlyMap<string, Box>, keys: readonly ForeignKey[]): Diagram {
  const placed = (laid.children ?? []).map(({ id, x = 0, y = 0 }) => ({ ...(boxes.get(id) as Box), x, y }));
  const lines = ((laid.edges ?? []) as ElkExtendedEdge[]).flatMap((edge): Line[] => {
    const key = keys[Number(edge.id)];
    const section = edge.sections?.[0];
    if (key === undefined || section === undefined) return [];
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    return [
      {
        id: `${idOf(key.table)} ${key.name}`,
        from: idOf(key.table),
        to: idOf(key.target),
        valid: key.valid,
        points,
      },
    ];
  });
  return { boxes: placed, lines, width: laid.width ?? 0, height: laid.height ?? 0 };
}
