/** Texts of the SQL console. */
export const texts = {
  editor: 'SQL',
  placeholder: 'SELECT …',
  run: 'Run',
  cancel: 'Cancel',
  readOnly: 'Reads only: nothing here can change the data.',
  limit: 'Rows at most',
  result: (rows: string, duration: string) => `${rows} in ${duration}`,
  rows: (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`,
  more: 'There are more; the limit left them out.',
  nothing: 'No rows.',
  first: 'Results stand here. Ctrl/Cmd-Enter runs the statement.',
  copyCsv: 'Copy as CSV',
  copied: 'Copied',
  history: 'Earlier statements',
  noHistory: 'Nothing was run yet.',
  at: (line: number, column: number) => `Line ${line}, column ${column}`,
};
