import { api } from './implementer.ts';

const { browse } = api;

export const browseApi = browse.router({
  tables: browse.tables.handler(({ context, input, signal }) => context.app.browseTables(input.name, signal)),
  table: browse.table.handler(({ context, input, signal }) =>
    context.app.browseTable(input.name, input.table, signal),
  ),
  rows: browse.rows.handler(({ context, input, signal }) =>
    context.app.browseRows(input.name, input.wish, signal),
  ),
  estimate: browse.estimate.handler(({ context, input: { name, ...wish }, signal }) =>
    context.app.estimateRows(name, wish, signal),
  ),
  count: browse.count.handler(({ context, input: { name, ...wish }, signal }) =>
    context.app.countRows(name, wish, signal),
  ),
  cell: browse.cell.handler(({ context, input: { name, ...wish }, signal }) =>
    context.app.browseCell(name, wish, signal),
  ),
  related: browse.related.handler(({ context, input: { name, ...wish }, signal }) =>
    context.app.browseRelated(name, wish, signal),
  ),
  export: browse.export.handler(async ({ context, input, signal }) => ({
    text: await context.app.exportRows(input.name, input.wish, input.format, signal),
  })),
  console: browse.console.handler(({ context, input, signal }) =>
    context.app.runConsole(input.name, input.wish, signal),
  ),
  names: browse.names.handler(({ context, input, signal }) => context.app.browseNames(input.name, signal)),
  graph: browse.graph.handler(({ context, input, signal }) => context.app.browseGraph(input.name, signal)),
});
