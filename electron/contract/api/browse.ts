import { z } from 'zod';
import {
  BrowsedTable,
  ConsoleResult,
  ConsoleWish,
  exportFormats,
  Filter,
  RowRelations,
  RowsCount,
  RowsPage,
  RowsWish,
  SchemaNames,
  TableDetails,
  TableGraph,
  TableName,
  WholeCell,
} from '../browse.ts';
import { Named, procedure } from './procedure.ts';

const InTable = Named.extend({ table: TableName });
const Counted = InTable.extend({ filters: z.array(Filter).max(32) });
const handle = z.string().min(1).max(20_000);

/** Reading the live of an install: a call that goes away ends its query on the server. */
export const browse = {
  tables: procedure.input(Named).output(z.array(BrowsedTable)),
  table: procedure.input(InTable).output(TableDetails),
  rows: procedure.input(Named.extend({ wish: RowsWish })).output(RowsPage),
  /** By PostgreSQL's estimate, at once. */
  estimate: procedure.input(Counted).output(RowsCount),
  /** Exactly, which can take long. */
  count: procedure.input(Counted).output(RowsCount),
  cell: procedure
    .input(InTable.extend({ handle, column: z.string(), maxBytes: z.number().int().min(1).max(16_777_216) }))
    .output(WholeCell),
  related: procedure.input(InTable.extend({ handle })).output(RowRelations),
  export: procedure
    .input(Named.extend({ wish: RowsWish, format: z.enum(exportFormats) }))
    .output(z.object({ text: z.string() })),
  console: procedure.input(Named.extend({ wish: ConsoleWish })).output(ConsoleResult),
  names: procedure.input(Named).output(SchemaNames),
  graph: procedure.input(Named).output(TableGraph),
};
