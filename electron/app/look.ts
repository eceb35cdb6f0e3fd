import type { Offer } from '../contract/api/servers.ts';
import type { Look } from '../contract/install.ts';
import { readPublishedName } from '../contract/published.ts';
import type { ServerKind } from '../contract/server.ts';
import type { SourceRecord } from '../contract/source.ts';
import { databaseBytesPerFileByte } from '../installs/arrive.ts';
import { findWanted } from '../installs/find.ts';
import type { Parts } from '../installs/parts.ts';
import { reportOf } from '../jobs/report.ts';
import { findBinaries } from '../servers/binaries.ts';
import { openEngine } from '../servers/docker/engine.ts';
import { getSource } from '../sources/registry.ts';

const engineTimeoutMs = 1500;

// Files whose rows are packed, and how much more they are then.
const packed = /\.(gz|tgz|zip|zst|bz2|xz|dump|backup)$/i;
const unpacked = 5;

// Pages of small tables and indexes are mostly empty: of the sample's 4 MB it makes 12.
const smallTablesBytes = 20_000_000;

// What PostgreSQL's own catalogue takes of each database.
const emptyDatabaseBytes = 7_800_000;

/** What an install dialog wants to know before anything is begun. */
export interface LookApp {
  /** What is published under a reference; nothing of it is read. Throws what the source throws. */
  lookAt(dataset: string, signal: AbortSignal): Promise<Look>;
  /** Which kinds of server can run here, and why the others cannot. */
  listOffers(): Promise<Offer[]>;
  /** A source with how it is reached. Throws `source_not_found`. */
  showSource(name: string): SourceRecord;
}

export function openLook({ core }: Parts): LookApp {
  return {
    lookAt: async (dataset, signal) => {
      const publication = await findWanted(core, dataset).publication(signal);
      const { files, revision, publishedAt } = publication;
      const sizes = files.map((file) => file.sizeBytes);
      const sizeBytes = sizes.includes(null)
        ? null
        : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
      return {
        dataset: publication.dataset,
        revision,
        publishedAt,
        files: files.length,
        sizeBytes,
        neededBytes: sizeBytes === null ? null : neededFor(files),
        tables: files.flatMap((file) => tableOf(file.name)).sort(),
      };
    },
    listOffers: () =>
      Promise.all([
        offer('embedded', async () => findBinaries()),
        offer('docker', () => openEngine({ timeoutMs: engineTimeoutMs })),
      ]),
    showSource: (name) => getSource(core, name),
  };

  async function offer(kind: ServerKind, find: () => Promise<unknown>): Promise<Offer> {
    try {
      await find();
      return { kind, reason: null };
    } catch (error) {
      return { kind, reason: reportOf(error, core.log.file).message };
    }
  }
}

/** The archive, and three databases that are made of it: the clean copy, the live and the spare. */
export function neededFor(
  files: readonly { readonly name: string; readonly sizeBytes: number | null }[],
): number {
  const sum = (factor: (name: string) => number) =>
    files.reduce((all, { name, sizeBytes }) => all + (sizeBytes ?? 0) * factor(name), 0);
  const rows = sum((name) => (packed.test(name) ? unpacked : 1));
  const perCopy = rows * (databaseBytesPerFileByte / 2) + Math.min(rows * 3, smallTablesBytes);
  return Math.round(sum(() => 1) + 3 * (emptyDatabaseBytes + perCopy));
}

function tableOf(file: string): string[] {
  const name = readPublishedName(file);
  if (name.kind !== 'table') return [];
  return [name.schema === null ? name.table : `${name.schema}.${name.table}`];
}
