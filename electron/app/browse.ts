import { type CellWish, readCell } from '../browse/cell.ts';
import { type BrowseWish, browse } from '../browse/command.ts';
import { runConsole } from '../browse/console.ts';
import { type CountWish, countRows, estimateRows } from '../browse/count.ts';
import { describeTable } from '../browse/details.ts';
import { exportRows } from '../browse/export.ts';
import { readingError } from '../browse/failures.ts';
import { listNames, readGraph } from '../browse/names.ts';
import { type RelatedWish, readRelated } from '../browse/related.ts';
import { readRows } from '../browse/rows.ts';
import { type LiveReader, openLiveReader, type ReadingRole } from '../browse/sessions.ts';
import { listTables } from '../browse/tables.ts';
import type {
  BrowsedTable,
  BrowseResult,
  ConsoleResult,
  ConsoleWish,
  ExportFormat,
  RowRelations,
  RowsCount,
  RowsPage,
  RowsWish,
  SchemaNames,
  TableDetails,
  TableGraph,
  TableName,
  WholeCell,
} from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { Edited } from '../contract/install.ts';
import type { Parts } from '../installs/parts.ts';
import { getInstall } from '../installs/records.ts';
import { readerAddress } from '../servers/reader.ts';
import type { Address } from '../sql/connect.ts';
import { readSetting } from '../state/settings.ts';

/** Reading the lives of installs by name. All throw `install_not_found` and, where it does not run, `server_stopped`. */
export interface BrowseApp {
  /** What the command `browse` prints. */
  browse(name: string, wish: BrowseWish, signal?: AbortSignal): Promise<BrowseResult>;
  browseTables(name: string, signal?: AbortSignal): Promise<BrowsedTable[]>;
  browseTable(name: string, table: TableName, signal?: AbortSignal): Promise<TableDetails>;
  browseRows(name: string, wish: RowsWish, signal?: AbortSignal): Promise<RowsPage>;
  countRows(name: string, wish: CountWish, signal?: AbortSignal): Promise<RowsCount>;
  estimateRows(name: string, wish: CountWish, signal?: AbortSignal): Promise<RowsCount>;
  browseCell(name: string, wish: CellWish, signal?: AbortSignal): Promise<WholeCell>;
  browseRelated(name: string, wish: RelatedWish, signal?: AbortSignal): Promise<RowRelations>;
  exportRows(name: string, wish: RowsWish, format: ExportFormat, signal?: AbortSignal): Promise<string>;
  runConsole(name: string, wish: ConsoleWish, signal?: AbortSignal): Promise<ConsoleResult>;
  browseNames(name: string, signal?: AbortSignal): Promise<SchemaNames>;
  browseGraph(name: string, signal?: AbortSignal): Promise<TableGraph>;
  /** Closes the sessions that wait for the next read. */
  closeBrowse(): Promise<void>;
}

export function openBrowse(parts: Parts): BrowseApp {
  const { state } = parts.core;
  const readers = new Map<string, { server: string; reader: LiveReader }>();

  const readerOf = (name: string): LiveReader => {
    const { server } = getInstall(state, name);
    const known = readers.get(name);
    if (known?.server === server) return known.reader;
    void known?.reader.close();
    const reader = openLiveReader((role, anew) => findLive(parts, name, role, anew));
    readers.set(name, { server, reader });
    return reader;
  };

  const reading = async <T>(name: string, work: (reader: LiveReader) => Promise<T>): Promise<T> => {
    try {
      return await work(readerOf(name));
    } catch (error) {
      throw readingError(error, name);
    }
  };

  return {
    browse: (name, wish, signal) => reading(name, (reader) => browse(reader, wish, signal)),
    browseTables: async (name, signal) => {
      const tables = await reading(name, (reader) => listTables(reader, signal));
      const { edited } = getInstall(state, name);
      return edited.length === 0 ? tables : tables.map((table) => withEdits(table, edited));
    },
    browseTable: (name, table, signal) => reading(name, (reader) => describeTable(reader, table, signal)),
    browseRows: (name, wish, signal) => reading(name, (reader) => readRows(reader, wish, signal)),
    countRows: (name, wish, signal) => reading(name, (reader) => countRows(reader, wish, signal)),
    estimateRows: (name, wish, signal) => reading(name, (reader) => estimateRows(reader, wish, signal)),
    browseCell: (name, wish, signal) => reading(name, (reader) => readCell(reader, wish, signal)),
    browseRelated: (name, wish, signal) => reading(name, (reader) => readRelated(reader, wish, signal)),
    exportRows: (name, wish, format, signal) =>
      reading(name, (reader) => exportRows(reader, wish, format, signal)),
    runConsole: (name, wish, signal) =>
      reading(name, (reader) =>
        runConsole(reader, wish, readSetting(state, 'consoleSeconds') * 1000, signal),
      ),
    browseNames: (name, signal) => reading(name, (reader) => listNames(reader, signal)),
    browseGraph: (name, signal) => reading(name, (reader) => readGraph(reader, signal)),
    closeBrowse: async () => {
      const all = [...readers.values()];
      readers.clear();
      await Promise.all(all.map(({ reader }) => reader.close()));
    },
  };
}

// A live that was copied from an edited one begins to count anew.
function withEdits(table: BrowsedTable, edited: readonly Edited[]): BrowsedTable {
  const before = edited.find(({ schema, name }) => schema === table.schema && name === table.name);
  return before === undefined ? table : { ...table, changed: table.changed + before.rows };
}

async function findLive(parts: Parts, name: string, role: ReadingRole, anew: boolean): Promise<Address> {
  const { state, secrets } = parts.core;
  const install = getInstall(state, name);
  const server = await parts.servers.running(install.server);
  if (server === null) {
    throw new RockpoolError('server_stopped', `The server ${install.server} of ${name} is not running.`, {
      hint: `Start it with rockpool server start ${install.server}.`,
      detail: { install: name, server: install.server },
    });
  }
  if (role === 'user') return server.address(name, secrets.get(`${server.name}/${name}`) ?? '', name);
  return readerAddress(parts.core, server, name, { anew });
}
