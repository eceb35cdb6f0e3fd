import { parseRecord, type StateDb } from '../state/database.ts';
import { ServerRecord } from './server.ts';

/** Servers that state.db knows, by name. */
export function listRecords(state: StateDb): ServerRecord[] {
  return state.rows('SELECT record FROM servers ORDER BY name').map((row) => parseRecord(ServerRecord, row));
}

export function findRecord(state: StateDb, name: string): ServerRecord | null {
  const row = state.rows('SELECT record FROM servers WHERE name = ?', name)[0];
  return row === undefined ? null : parseRecord(ServerRecord, row);
}

export function writeRecord(state: StateDb, record: ServerRecord): void {
  state.run(
    'INSERT OR REPLACE INTO servers (name, record) VALUES (?, ?)',
    record.name,
    JSON.stringify(ServerRecord.parse(record)),
  );
}

export function removeRecord(state: StateDb, name: string): void {
  state.run('DELETE FROM servers WHERE name = ?', name);
}

/** Names of the installs on a server. */
export function listInstallsOn(state: StateDb, server: string): string[] {
  return state
    .rows('SELECT name FROM installs WHERE server = ? ORDER BY name', server)
    .map((row) => String(row.name));
}
