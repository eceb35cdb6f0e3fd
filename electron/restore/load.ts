import { withoutColumns } from '../archives/columns.ts';
import type { RowFormat, TableData, TableRows } from '../archives/contents.ts';
import { RockpoolError } from '../contract/errors.ts';
import { sqlState } from '../sql/errors.ts';
import { quoteLiteral, quoteName, quoteQualified } from '../sql/quote.ts';
import type { TableFacts } from './catalog.ts';
import { copyIn } from './copyin.ts';
import { findRecord, type RecordPlace } from './copyline.ts';
import { type HeaderMatch, matchHeader } from './header.ts';
import type { Room } from './room.ts';
import { type LoadPlace, readCopyContext, sayRowError } from './rowerrors.ts';
import type { Worker } from './worker.ts';

/** A file and the table that it is for. */
export interface Load<Data extends RowSource = TableData> {
  readonly data: Data;
  readonly table: TableFacts;
}

/** Where rows of a table are, and what it is called there. */
export type RowSource = Pick<TableData, 'file' | 'schema' | 'table' | 'sizeBytes'>;

export interface Loaded {
  readonly rows: number;
  readonly ms: number;
  readonly missing: readonly string[];
}

export interface LoadWatch {
  readonly signal: AbortSignal;
  readonly room: Room;
  /** Hears of the bytes of the file as they go. */
  readonly onBytes: (bytes: number) => void;
}

const reportEveryMs = 100;

/**
 * Loads one file into its empty table in one transaction, and commits only when as many rows came in as the file has
 * records. Throws `csv_header_missing`, `csv_header_mismatch`, `csv_invalid`,
 * `load_failed`, `rows_mismatch` and `space_needed`, none of them with a value of a row.
 */
export async function loadTable(
  worker: Worker,
  { data, table }: Load,
  { signal, room, onBytes }: LoadWatch,
): Promise<Loaded> {
  const startedAt = performance.now();
  await worker.clear();
  const rows = await data.open(signal);
  let told = 0;
  const tell = (): void => {
    const bytes = rows.bytes();
    onBytes(bytes - told);
    told = bytes;
  };
  const timer = setInterval(tell, reportEveryMs);
  // A source that stalls is not waited for.
  const stop = (): void => rows.body.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const match = matchHeader(rows.columns ?? loadable(table), table, data.file);
    const loaded = await copyRows(worker, { data, table }, rows, match, { signal, room });
    tell();
    return { rows: loaded, ms: Math.round(performance.now() - startedAt), missing: match.missing };
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function copyRows(
  { session }: Worker,
  { data, table }: Load,
  rows: TableRows,
  match: HeaderMatch,
  { signal, room }: Pick<LoadWatch, 'signal' | 'room'>,
): Promise<number> {
  const place: LoadPlace = {
    file: data.file,
    schema: table.schema,
    table: table.name,
    columns: match.columns,
    format: rows.format?.kind ?? 'csv',
  };
  const name = quoteQualified(table);
  try {
    await session.query('BEGIN');
    // FREEZE wants a table emptied in the same transaction; a partitioned table has neither rows nor FREEZE.
    if (!table.partitioned) await session.query(`TRUNCATE ONLY ${name}`);
    const options = copyOptions(rows.format ?? { kind: 'csv' }, !table.partitioned);
    const columns = match.columns.length === 0 ? '' : `(${match.columns.map(quoteName).join(', ')})`;
    const kept = withoutColumns(rows.body, match.dropped, data.file);
    const sql = `COPY ${name} ${columns} FROM STDIN (${options})`;
    const came = await copyIn(session.client, sql, counted(untilAborted(kept, signal), room));
    const expected = rows.records();
    if (came !== expected) throw mismatch(place, expected, came);
    await session.query('COMMIT');
    return expected;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    await session.client.query('ROLLBACK').catch(() => {});
    throw error instanceof RockpoolError || sqlState(error) === null
      ? error
      : sayRowError(error, place, await placeOf(data, error, place, signal));
  }
}

async function* counted(chunks: AsyncIterable<Buffer>, room: Room): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    await room.take(chunk.length);
    yield chunk;
  }
}

// A source can be waiting for bytes that never come when the job is cancelled.
async function* untilAborted(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  let give: ((reason: unknown) => void) | null = null;
  const abort = (): void => give?.(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      const { done, value } = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
        give = reject;
        if (signal.aborted) abort();
        else source.next().then(resolve, reject);
      });
      if (done === true) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    if (!signal.aborted) await source.return?.();
  }
}

function loadable({ columns }: TableFacts): string[] {
  return columns.filter(({ generated }) => !generated).map(({ name }) => name);
}

function copyOptions({ kind, delimiter, nullText, encoding = 'UTF8' }: RowFormat, freeze: boolean): string {
  return [
    `FORMAT ${kind}`,
    ...(freeze ? ['FREEZE'] : []),
    ...(delimiter === undefined ? [] : [`DELIMITER ${quoteLiteral(delimiter)}`]),
    ...(nullText === undefined ? [] : [`NULL ${quoteLiteral(nullText)}`]),
    `ENCODING ${quoteLiteral(encoding)}`,
  ].join(', ');
}

function mismatch({ file, schema, table }: LoadPlace, records: number, rows: number): RockpoolError {
  return new RockpoolError(
    'rows_mismatch',
    `${file} has ${records} records, but ${rows} rows came into ${schema}.${table}.`,
    {
      hint: 'Nothing was kept. A line that holds only \\. ends a load early: have the file published again.',
      detail: { file, table: `${schema}.${table}`, records, rows },
    },
  );
}

// Reading the file again happens only when a load has failed.
async function placeOf(
  data: TableData,
  error: unknown,
  place: LoadPlace,
  signal: AbortSignal,
): Promise<RecordPlace | null> {
  const { line } = readCopyContext(error, place);
  if (line === null) return null;
  try {
    const { body, format } = await data.open(signal);
    // Text has one line a record.
    if (format?.kind !== 'text') return await findRecord(body, line);
    body.destroy();
    return { record: line, line: null };
  } catch {
    return null;
  }
}
