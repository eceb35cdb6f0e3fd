import { z } from 'zod';
import {
  BrowsedTable,
  ConsoleResult,
  ConsoleWish,
  exportFormats,
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

const OfTable = Named.extend({ table: TableName });
const OfRow = OfTable.extend({ handle: z.string().max(100_000) });

/** Reading the live of an install; nothing here can write to it. A call that goes away ends its query. */
export const browse = {
  tables: procedure.input(Named).output(z.array(BrowsedTable)),
  table: procedure.input(OfTable).output(TableDetails),
  rows: procedure.input(Named.extend({ wish: RowsWish })).output(RowsPage),
  /** PostgreSQL's estimate, at once. */
  estimate: procedure.input(OfTable.extend({ filters: RowsWish.shape.filters })).output(RowsCount),
  /** The exact number, which may take its time. */
  count: procedure.input(OfTable.extend({ filters: RowsWish.shape.filters })).output(RowsCount),
  cell: procedure.input(OfRow.extend({ column: z.string() })).output(WholeCell),
  related: procedure.input(OfRow).output(RowRelations),
  /** The rows of a wish as a text to paste. */
  export: procedure
    .input(Named.extend({ wish: RowsWish, format: z.enum(exportFormats) }))
    .output(z.object({ text: z.string() })),
  run: procedure.input(Named.extend({ wish: ConsoleWish })).output(ConsoleResult),
  names: procedure.input(Named).output(SchemaNames),
  graph: procedure.input(Named).output(TableGraph),
};
