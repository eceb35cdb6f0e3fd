import type { RowsPage, RowsWish } from '../contract/browse.ts';
import { quoteQualified } from '../sql/quote.ts';
import { openBinder } from './bind.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { filterSql } from './filters.ts';
import type { RowPlace } from './handle.ts';
import { readObjects } from './json.ts';
import { type ProjectedRow, projectRows } from './project.ts';
import type { Relation } from './relation.ts';
import { shownColumn } from './relations.ts';
import type { Query } from './sessions.ts';

/** A table that rows of a relation lie in. */
interface Heap {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly blocks: number;
  readonly rows: number;
  /** How many blocks lie before it in the relation. */
  readonly before: number;
}

type HeapPlace = Extract<RowPlace, { t: number }>;

const order = 'place';

/** Reads a page of a table without a key, in the order in which its rows lie, by ranges of its blocks. */
export async function readHeap(query: Query, relation: Relation, wish: RowsWish): Promise<RowsPage> {
  const heaps = await listHeaps(query, relation);
  const blocks = heaps.reduce((all, heap) => all + heap.blocks, 0);
  const reading: Reading = { query, relation, wish, heaps, blocks };
  const { start, limit } = wish;
  const cursor = start !== null && 'cursor' in start ? readCursor(start.cursor, order) : null;
  const place = cursor !== null && 't' in cursor.at ? cursor.at : null;
  let rows: ProjectedRow[];
  let hasMore: boolean;
  let hasBefore: boolean;
  if (cursor?.b === true) {
    ({ rows, hasMore: hasBefore } = await walk(reading, place, true, blocks));
    hasMore = true;
  } else {
    const position = start !== null && 'position' in start ? start.position : 0;
    const from = Math.floor(position * blocks);
    ({ rows, hasMore } = await walk(reading, place, false, from));
    hasBefore = place !== null || from > 0;
    if (position > 0 && !hasMore) {
      ({ rows, hasMore: hasBefore } = await walk(reading, null, true, blocks));
      hasMore = false;
    }
  }
  const to = (row: ProjectedRow | undefined, b: boolean): string | null =>
    row?.place == null ? null : writeCursor({ o: order, b, at: row.place });
  return {
    columns: relation.columns.map(shownColumn),
    rows: rows.slice(0, limit).map(({ row }) => row),
    next: hasMore ? to(rows.at(-1), false) : null,
    previous: hasBefore ? to(rows[0], true) : null,
    position: positionOf(reading, rows[0]),
  };
}

interface Reading {
  readonly query: Query;
  readonly relation: Relation;
  readonly wish: RowsWish;
  readonly heaps: readonly Heap[];
  readonly blocks: number;
}

async function listHeaps(query: Query, relation: Relation): Promise<Heap[]> {
  const found = await readObjects<Omit<Heap, 'before'>>(
    query,
    `WITH RECURSIVE tree AS (
       SELECT $1::oid AS oid UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON tree.oid = i.inhparent)
     SELECT c.oid::int8, n.nspname AS schema, c.relname AS name, c.reltuples::int8 AS rows,
       pg_relation_size(c.oid) / current_setting('block_size')::int AS blocks
     FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') ORDER BY c.oid`,
    [relation.oid],
  );
  let before = 0;
  return found.map((heap) => {
    const placed = { ...heap, before };
    before += heap.blocks;
    return placed;
  });
}

const rowsPerBlockUnknown = 50;
const mostBlocksAtOnce = 65_536;

/**
 * Walks through blocks from a row, or from a block of the relation, until a page is full and one row more is known.
 * Ranges grow, so that a filter that few rows pass does not take a query for each block.
 */
async function walk(
  reading: Reading,
  place: HeapPlace | null,
  isBackward: boolean,
  fromBlock: number,
): Promise<{ rows: ProjectedRow[]; hasMore: boolean }> {
  const { heaps, wish } = reading;
  const wanted = wish.limit + 1;
  const rows: ProjectedRow[] = [];
  const ordered = isBackward ? heaps.toReversed() : heaps;
  const startBlock = place === null ? fromBlock : globalBlock(heaps, place);
  for (const heap of ordered) {
    const isBehind = isBackward ? heap.before > startBlock : heap.before + heap.blocks <= startBlock;
    if (isBehind || rows.length >= wanted) continue;
    const perBlock = heap.rows > 0 && heap.blocks > 0 ? heap.rows / heap.blocks : rowsPerBlockUnknown;
    let step = Math.max(1, Math.ceil((wanted / Math.max(perBlock, 0.01)) * 1.2));
    let at = Math.min(heap.blocks, Math.max(0, startBlock - heap.before + (isBackward ? 1 : 0)));
    while (rows.length < wanted && (isBackward ? at > 0 : at < heap.blocks)) {
      const [low, high] = isBackward ? [Math.max(0, at - step), at] : [at, Math.min(heap.blocks, at + step)];
      const edge = place?.t === heap.oid ? place.c : null;
      rows.push(...(await readBlocks(reading, heap, low, high, edge, isBackward, wanted - rows.length)));
      at = isBackward ? low : high;
      step = Math.min(mostBlocksAtOnce, step * 2);
    }
  }
  const page = rows.slice(0, wish.limit);
  return { rows: isBackward ? page.toReversed() : page, hasMore: rows.length >= wanted };
}

async function readBlocks(
  { query, relation, wish }: Reading,
  heap: Heap,
  low: number,
  high: number,
  edge: string | null,
  isBackward: boolean,
  limit: number,
): Promise<ProjectedRow[]> {
  const binder = openBinder();
  const conditions = [
    `t.ctid >= ${binder.bind(`(${low},0)`)}::tid`,
    `t.ctid < ${binder.bind(`(${high},0)`)}::tid`,
  ];
  if (edge !== null) conditions.push(`t.ctid ${isBackward ? '<' : '>'} ${binder.bind(edge)}::tid`);
  conditions.push(...filterSql(relation, wish.filters, binder, 't'));
  const key = {
    name: 'ctid',
    isSystem: true,
    type: 'tid',
    operators: 'pg_catalog',
    nullable: false,
    isInteger: false,
  };
  const projection = projectRows(relation, [{ ...key, descending: isBackward }], wish.cellLimit);
  const chosen = `SELECT t.*${projection.system} FROM ONLY ${quoteQualified(heap)} AS t
    WHERE ${conditions.join(' AND ')} ORDER BY t.ctid${isBackward ? ' DESC' : ''} LIMIT ${limit}`;
  return (await query(projection.wrap(chosen), binder.values)).map((row) => projection.read(row));
}

function globalBlock(heaps: readonly Heap[], { t, c }: HeapPlace): number {
  const heap = heaps.find((each) => each.oid === t);
  return (heap?.before ?? 0) + blockOf(c);
}

function blockOf(ctid: string): number {
  return Number(/^\((\d+),/.exec(ctid)?.[1] ?? 0);
}

function positionOf({ heaps, blocks }: Reading, first: ProjectedRow | undefined): number | null {
  if (first?.place == null || !('t' in first.place)) return null;
  return blocks === 0 ? 0 : Math.min(1, globalBlock(heaps, first.place) / blocks);
}
