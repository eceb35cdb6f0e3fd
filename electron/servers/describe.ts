import type { Server } from '../contract/server.ts';
import { withSession } from '../sql/connect.ts';
import type { Core } from '../state/core.ts';
import { clusterFiles } from './cluster.ts';
import { adminRole } from './initdb.ts';
import { findPostmaster, type Postmaster } from './postmaster.ts';
import { listInstallsOn } from './registry.ts';
import type { ServerRecord } from './server.ts';

/** Describes a server as it is now, quickly and without starting anything. */
export async function describeServer(core: Core, record: ServerRecord): Promise<Server> {
  const { name, kind, version, port } = record;
  const found = lookAt(record);
  const state = found === null ? 'failed' : stateOf(found);
  const running = state === 'running';
  return {
    name,
    kind,
    version,
    port,
    state,
    sizeBytes: running ? await readSize(core, record) : null,
    installs: listInstallsOn(core.state, name),
    note: noteOn(found, version),
    container: null,
  };
}

function lookAt(record: ServerRecord): Postmaster | null {
  try {
    return findPostmaster(clusterFiles(record.folder).data);
  } catch {
    return null;
  }
}

function stateOf(found: Postmaster): Server['state'] {
  if (found.state === 'none') return 'stopped';
  if (found.state === 'left') return 'failed';
  return found.status === 'ready' ? 'running' : found.status === 'stopping' ? 'stopped' : 'starting';
}

// The minor versions of 14 May 2026, which close eleven CVEs (E23). What is below them still runs.
const fixedMinors: Record<string, number> = { 14: 23, 15: 18, 16: 14, 17: 10, 18: 4 };

function noteOn(found: Postmaster | null, version: string): string | null {
  if (found === null) return 'Its cluster cannot be read by this user.';
  if (found.state === 'left') return 'It ended without being stopped; the next start repairs it.';
  return noteOnVersion(version, 'embedded');
}

/** A word on versions with known faults, null for others (E23). */
export function noteOnVersion(version: string, kind: 'embedded' | 'docker'): string | null {
  const [major = '', minor = ''] = version.split('.');
  const fixed = fixedMinors[major];
  if (fixed === undefined || minor === '' || Number(minor) >= fixed) return null;
  const mend =
    kind === 'embedded'
      ? 'an update of Rockpool brings it'
      : 'pull its image anew, then stop and start the server';
  return `PostgreSQL ${version} has known faults that ${major}.${fixed} mends; ${mend}.`;
}

/** All databases together; null where the server does not say so at once. */
export async function readSize(core: Core, { name, port }: ServerRecord): Promise<number | null> {
  const password = core.secrets.get(`${name}/${adminRole}`);
  if (password === null) return null;
  const admin = { host: '127.0.0.1', port, user: adminRole, password, database: 'postgres' };
  try {
    const settings = [['statement_timeout', '500ms']] as const;
    return await withSession(admin, { timeoutMs: 500, settings }, async (session) => {
      const { rows } = await session.query<{ size: string }>(
        'SELECT sum(pg_catalog.pg_database_size(oid)) AS size FROM pg_catalog.pg_database',
      );
      return Number(rows[0]?.size ?? 0);
    });
  } catch {
    return null;
  }
}
