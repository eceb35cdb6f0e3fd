import type { Install } from '../contract/install.ts';
import type { InstallReport } from '../contract/report.ts';
import { withSession } from '../sql/connect.ts';
import { findDatabases } from '../sql/databases.ts';
import type { Parts } from './parts.ts';
import type { InstallRecord } from './records.ts';

/** An install as shells show it, with the size that its live has now where its server runs. */
export async function installOf(parts: Parts, record: InstallRecord): Promise<Install> {
  const [install] = await installsOf(parts, [record]);
  return install as Install;
}

/** Installs as shells show them, in the given order. Starts no server. */
export async function installsOf(parts: Parts, records: readonly InstallRecord[]): Promise<Install[]> {
  const byServer = Map.groupBy(records, (record) => record.server);
  const sizes = new Map<string, number>();
  const ports = new Map<string, number>();
  for (const [name, ofServer] of byServer) {
    ports.set(name, portOf(parts, name));
    const found = await currentSizes(parts, name, ofServer).catch(() => new Map<string, number>());
    for (const [install, size] of found) sizes.set(install, size);
  }
  return records.map((record) => view(parts, record, ports.get(record.server) ?? 0, sizes.get(record.name)));
}

function view(parts: Parts, record: InstallRecord, port: number, sizeBytes: number | undefined): Install {
  const host = '127.0.0.1';
  const password = parts.core.secrets.get(`${record.server}/${record.name}`) ?? '';
  const { tables, rows } = totals(record.report);
  return {
    name: record.name,
    source: record.source,
    dataset: record.dataset,
    revision: record.revision,
    server: record.server,
    host,
    port,
    database: record.name,
    user: record.name,
    url: `postgres://${record.name}:${password}@${host}:${port}/${record.name}`,
    sizeBytes: sizeBytes ?? record.sizeBytes,
    tables,
    rows,
  };
}

/** Tables that hold rows, and their rows; a partition root holds none of its own and does not count. */
export function totals(report: InstallReport): { tables: number; rows: number } {
  const leaves = report.tables.filter((table) => table.rows !== null);
  return { tables: leaves.length, rows: leaves.reduce((sum, table) => sum + (table.rows ?? 0), 0) };
}

function portOf(parts: Parts, server: string): number {
  return Number(
    parts.core.state.rows(
      "SELECT json_extract(record, '$.port') AS port FROM servers WHERE name = ?",
      server,
    )[0]?.port ?? 0,
  );
}

async function currentSizes(
  parts: Parts,
  serverName: string,
  records: readonly InstallRecord[],
): Promise<Map<string, number>> {
  const server = await parts.servers.running(serverName);
  if (server === null) return new Map();
  const names = records.map((record) => record.name);
  const databases = await withSession(server.admin, {}, (admin) => findDatabases(admin, names));
  return new Map(databases.map((database) => [database.name, database.sizeBytes]));
}
