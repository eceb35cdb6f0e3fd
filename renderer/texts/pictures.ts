/** Texts of the diagram and of the treemap. */
export const texts = {
  find: 'Find a table',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show all',
  tables: (tables: number, keys: number) =>
    `${tables.toLocaleString('en-US')} ${tables === 1 ? 'table' : 'tables'} · ${keys.toLocaleString('en-US')} foreign ${keys === 1 ? 'key' : 'keys'}`,
  noTables: 'There is no table in this database.',
  arranging: 'Arranging …',
  open: (table: string) => `Open ${table}`,
  rows: (rows: string) => `${rows} rows`,
  unknownRows: 'rows not counted',
  diagram: 'Tables and their foreign keys',
  columnsMore: (count: number) => `${count} more`,
  treemap: 'What fills the space',
  parts: { table: 'rows', indexes: 'indexes', toast: 'long values' },
  inAll: (size: string) => `${size} in all`,
  rest: (count: number) => `${count.toLocaleString('en-US')} smaller tables`,
  largest: 'Largest first',
  notValid: 'not valid: some rows point nowhere',
};
