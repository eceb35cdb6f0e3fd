import { type HierarchyRectangularNode, hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { BrowsedTable } from '../../../../electron/contract/browse.ts';

export const parts = ['table', 'indexes', 'toast'] as const;
export type Part = (typeof parts)[number];

/** A rectangle in pixels, from the corner of the map. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A table's share of the map, and what it is made of, from its own corner. */
export interface Tile extends Rectangle {
  readonly id: string;
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  /** Null for the tile of all the small ones. */
  readonly table: BrowsedTable | null;
  readonly parts: readonly (Rectangle & { readonly part: Part })[];
}

interface Node {
  readonly id: string;
  readonly table: BrowsedTable | null;
  readonly part: Part | null;
  readonly bytes: number;
  readonly children?: readonly Node[];
}

const mostTiles = 300;

/** Lays the tables out by size; partitions stand for their root. The smallest of very many share one tile. */
export function tilesOf(
  tables: readonly BrowsedTable[],
  width: number,
  height: number,
): { tiles: Tile[]; restCount: number } {
  const own = tables
    .filter((table) => table.partOf === null && table.bytes.total > 0)
    .toSorted((a, b) => b.bytes.total - a.bytes.total);
  const rest = own.slice(mostTiles);
  const restBytes = rest.reduce((sum, table) => sum + table.bytes.total, 0);
  const nodes: Node[] = own.slice(0, mostTiles).map(nodeOf);
  if (restBytes > 0) nodes.push({ id: 'rest', table: null, part: null, bytes: restBytes });
  const root = hierarchy<Node>({ id: 'all', table: null, part: null, bytes: 0, children: nodes })
    .sum((node) => (node.children === undefined ? node.bytes : 0))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Node>().size([width, height]).tile(treemapSquarify.ratio(1.4)).paddingInner(2)(root);
  return { tiles: (laid.children ?? []).map(tileOf), restCount: rest.length };
}

function nodeOf(table: BrowsedTable): Node {
  const children = parts
    .filter((part) => table.bytes[part] > 0)
    .map((part) => ({ id: part, table, part, bytes: table.bytes[part] }));
  return { id: `${table.schema}.${table.name}`, table, part: null, bytes: table.bytes.total, children };
}

function tileOf(node: HierarchyRectangularNode<Node>): Tile {
  const { table } = node.data;
  const box = rectangleOf(node);
  return {
    ...box,
    id: node.data.id,
    name: table === null ? '' : table.schema === 'public' ? table.name : `${table.schema}.${table.name}`,
    rows: table?.rows ?? null,
    bytes: node.data.bytes,
    table,
    parts: (node.children ?? []).map((child) => {
      const inner = rectangleOf(child);
      return { ...inner, x: inner.x - box.x, y: inner.y - box.y, part: child.data.part as Part };
    }),
  };
}

function rectangleOf({ x0, y0, x1, y1 }: HierarchyRectangularNode<Node>): Rectangle {
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}
