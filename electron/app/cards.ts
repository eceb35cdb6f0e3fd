import { join } from 'node:path';
import type { Card, Undo } from '../contract/card.ts';
import type { Server } from '../contract/server.ts';
import { listDressed } from '../demo/records.ts';
import { impersonationOf } from '../impersonation/records.ts';
import type { Parts } from '../installs/parts.ts';
import { type InstallRecord, listInstalls } from '../installs/records.ts';
import { listSnapshots } from '../installs/snapshot-records.ts';
import { installsOf } from '../installs/view.ts';

/** All installs as a page shows them at a glance. Starts no server. */
export async function listCards(parts: Parts, servers: readonly Server[]): Promise<Card[]> {
  const records = listInstalls(parts.core.state);
  const installs = await installsOf(parts, records);
  const dressed = listDressed(parts.core.state);
  const byName = new Map(servers.map((server) => [server.name, server]));
  return installs.map((install, index): Card => {
    const record = records[index] as InstallRecord;
    const server = byName.get(install.server);
    return {
      ...install,
      serverKind: server?.kind ?? 'embedded',
      serverState: server?.state ?? 'stopped',
      serverVersion: server?.version ?? null,
      createdAt: record.createdAt,
      resetAt: record.resetAt,
      spare: { ready: record.spare !== null, note: record.spareNote },
      profile: record.profile,
      updatable: !record.place.startsWith(join(parts.core.paths.cache, 'uploads')),
      hasDemo: dressed.has(install.name),
      identity: impersonationOf(parts.core, install.name),
      undo: undoOf(parts, install.name),
    };
  });
}

/** The newest former live of an install that can still be gone back to. */
function undoOf({ core }: Parts, name: string): Undo | null {
  const now = new Date().toISOString();
  for (const { label, expiresAt } of listSnapshots(core.state, name)) {
    if (expiresAt !== null && expiresAt > now) return { label, expiresAt };
  }
  return null;
}
