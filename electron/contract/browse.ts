import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What kind of thing rows are read from. A partition is a table that belongs to a partitioned one. */
export const TableKind = z.enum(['table', 'partitioned', 'partition', 'view', 'materialized', 'foreign']);
export type TableKind = z.infer<typeof TableKind>;

export const TableName = z.object({ schema: z.string(), name: z.string() });
export type TableName = z.infer<typeof TableName>;

/** A table of a live as a list shows it; a partitioned one has the rows and bytes of its partitions. */
export const BrowsedTable = TableName.extend({
  kind: TableKind,
  /** The table whose partition this is. */
  partOf: TableName.nullable(),
  /** Null where nobody has counted: views, and tables that were never analyzed. */
  rows: count.nullable(),
  /** False where `rows` is PostgreSQL's estimate. */
  exact: z.boolean(),
  bytes: z.object({ table: count, indexes: count, toast: count, total: count }),
  comment: z.string().nullable(),
  columns: count,
  /** Columns of the primary key, or of the unique key that stands in for it; empty where there is none. */
  key: z.array(z.string()),
  /** About how many rows were written since the last reset. */
  changed: count,
});
export type BrowsedTable = z.infer<typeof BrowsedTable>;

export const BrowsedColumn = z.object({
  name: z.string(),
  /** As PostgreSQL writes it, such as `character varying(40)`. */
  type: z.string(),
  /** How a page shows it. */
  shape: z.enum(['number', 'text', 'boolean', 'time', 'json', 'binary', 'array', 'other']),
  nullable: z.boolean(),
  default: z.string().nullable(),
  /** The expression that a generated column is worked out by. */
  generated: z.string().nullable(),
  identity: z.enum(['always', 'by default']).nullable(),
  inKey: z.boolean(),
  sortable: z.boolean(),
  comment: z.string().nullable(),
  /** The values of an enum in their order. */
  values: z.array(z.string()).nullable(),
});
export type BrowsedColumn = z.infer<typeof BrowsedColumn>;

/** A foreign key: `columns` of `table` point at `targetColumns` of `target`. */
export const ForeignKey = z.object({
  name: z.string(),
  table: TableName,
  columns: z.array(z.string()),
  target: TableName,
  targetColumns: z.array(z.string()),
  /** False where it stands NOT VALID: some rows may point nowhere. */
  valid: z.boolean(),
});
export type ForeignKey = z.infer<typeof ForeignKey>;

export const TableIndex = z.object({
  name: z.string(),
  unique: z.boolean(),
  primary: z.boolean(),
  definition: z.string(),
  bytes: count,
});
export type TableIndex = z.infer<typeof TableIndex>;

export const TableDetails = TableName.extend({
  kind: TableKind,
  comment: z.string().nullable(),
  columns: z.array(BrowsedColumn),
  key: z.array(z.string()),
  foreignKeys: z.array(ForeignKey),
  /** Foreign keys of any table that point here. */
  namedBy: z.array(ForeignKey),
  indexes: z.array(TableIndex),
  /** The query of a view. */
  definition: z.string().nullable(),
});
export type TableDetails = z.infer<typeof TableDetails>;

/**
 * A value as text. A long one is cut on the server: `text` is its beginning, `bytes` the length of all of it. Null is
 * SQL's NULL.
 */
export const Cell = z.union([z.string(), z.null(), z.object({ text: z.string(), bytes: count })]);
export type Cell = z.infer<typeof Cell>;

export const filterOperators = [
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'starts',
  'in',
  'null',
  'not null',
] as const;

/** One condition on a column; `values` holds one value, several for `in`, none for `null` and `not null`. */
export const Filter = z.object({
  column: z.string(),
  operator: z.enum(filterOperators),
  values: z.array(z.string()).max(1000).default([]),
});
export type Filter = z.infer<typeof Filter>;

export const SortColumn = z.object({ column: z.string(), descending: z.boolean().default(false) });
export type SortColumn = z.infer<typeof SortColumn>;

/** Where a page begins. A position is a share of all rows, as a scrollbar has it: 0 the first, 1 the last page. */
export const PageStart = z.union([
  z.object({ cursor: z.string().max(100_000) }),
  z.object({ position: z.number().min(0).max(1) }),
]);
export type PageStart = z.infer<typeof PageStart>;

export const RowsWish = z.object({
  table: TableName,
  sort: z.array(SortColumn).max(16).default([]),
  filters: z.array(Filter).max(32).default([]),
  limit: z.number().int().min(1).max(1000).default(100),
  start: PageStart.nullable().default(null),
  /** From how many characters on a value is cut. */
  cellLimit: z.number().int().min(16).max(1_048_576).default(4096),
});
export type RowsWish = z.infer<typeof RowsWish>;

/** One row; `handle` finds it again and is null where the table has nothing that tells its rows apart. */
export const Row = z.object({ handle: z.string().nullable(), cells: z.array(Cell) });
export type Row = z.infer<typeof Row>;

/** A page of rows; `next` and `previous` are cursors, null at the ends. */
export const RowsPage = z.object({
  columns: z.array(BrowsedColumn),
  rows: z.array(Row),
  next: z.string().nullable(),
  previous: z.string().nullable(),
  /** About which share of all rows comes before this page; null where it cannot be told at once. */
  position: z.number().min(0).max(1).nullable(),
});
export type RowsPage = z.infer<typeof RowsPage>;

export const RowsCount = z.object({ rows: count, exact: z.boolean() });
export type RowsCount = z.infer<typeof RowsCount>;

/** A whole value: text, or base64 for bytea. `complete` is false where the limit cut it. */
export const WholeCell = z.object({
  value: z.string().nullable(),
  encoding: z.enum(['text', 'base64']),
  bytes: count,
  complete: z.boolean(),
});
export type WholeCell = z.infer<typeof WholeCell>;

/** Rows that belong to a row, on one side of a foreign key: how many, and the filters that list them. */
export const RelatedRows = z.object({
  foreignKey: ForeignKey,
  table: TableName,
  filters: z.array(Filter),
  /** Null where counting took too long. */
  rows: count.nullable(),
});
export type RelatedRows = z.infer<typeof RelatedRows>;

/** What a row points at, and what points at it. */
export const RowRelations = z.object({ points: z.array(RelatedRows), named: z.array(RelatedRows) });
export type RowRelations = z.infer<typeof RowRelations>;

export const exportFormats = ['csv', 'insert'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const ConsoleWish = z.object({
  sql: z.string().min(1).max(200_000),
  limit: z.number().int().min(1).max(10_000).default(1000),
});
export type ConsoleWish = z.infer<typeof ConsoleWish>;

/** What a statement of the console returned. `more` says that the limit left rows out. */
export const ConsoleResult = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(Cell)),
  more: z.boolean(),
  ms: count,
  notices: z.array(z.object({ level: z.string(), message: z.string() })),
  /** As whom it ran: views are read as the install's own user. */
  role: z.string(),
});
export type ConsoleResult = z.infer<typeof ConsoleResult>;

/** Names for completion: columns in their order. */
export const SchemaNames = z.object({
  tables: z.array(TableName.extend({ kind: TableKind, columns: z.array(z.string()) })),
  functions: z.array(z.string()),
});
export type SchemaNames = z.infer<typeof SchemaNames>;

/** Tables and how they point at each other, for a diagram. Partitions stand within their root. */
export const TableGraph = z.object({
  tables: z.array(TableName.extend({ kind: TableKind, rows: count.nullable(), bytes: count })),
  foreignKeys: z.array(ForeignKey),
});
export type TableGraph = z.infer<typeof TableGraph>;

/** What the command `browse` prints: a table's rows, or the tables. */
export const BrowseResult = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(Cell)),
  next: z.string().nullable(),
});
export type BrowseResult = z.infer<typeof BrowseResult>;
