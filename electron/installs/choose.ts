import type { Publication } from '../archives/archive.ts';
import { readTold } from '../archives/needs.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { ServerKind } from '../contract/server.ts';
import type { RunningJob } from '../jobs/run.ts';
import { shippedMajor } from '../servers/binaries.ts';
import { extensionsIn, imageWith, shippedExtensions } from '../servers/extensions.ts';
import type { ServerWish } from '../servers/server.ts';

/** What a person said of the server; what is not given was left to us. */
export interface ChoiceWish {
  readonly server: ServerKind | null;
  readonly port: number | undefined;
  readonly postgres: number | undefined;
  readonly image: string | undefined;
  /** The schema that takes the place of the dataset's own. */
  readonly options: { readonly schema: string | null };
  readonly publication: (signal: AbortSignal) => Promise<Publication>;
}

/** What a dataset wants of its server. */
export interface Needs {
  /** The major version that it was dumped from, null where nothing says. */
  readonly major: number | null;
  /** Extensions that PostgreSQL does not come with. */
  readonly extensions: readonly string[];
}

/** What the embedded server is. */
export interface Shipped {
  readonly major: number;
  readonly extensions: ReadonlySet<string>;
}

/**
 * Chooses the server for a dataset, by what its beginning tells, and writes the reason into the job's log. Throws
 * `server_unfit` where what is wished for cannot hold it, saying what would; nothing has been pulled by then.
 */
export async function chooseServer({ log, signal }: RunningJob, wish: ChoiceWish): Promise<ServerWish> {
  const needs = await readNeeds(wish, signal);
  const shipped = { major: await shippedMajor(), extensions: shippedExtensions() };
  const { server, reason } = decide(wish, needs, shipped);
  if (reason !== null) log('info', reason);
  return server;
}

/** The choice itself, told from what is wished, needed and shipped. */
export function decide(
  wish: Pick<ChoiceWish, 'server' | 'port' | 'postgres' | 'image'>,
  needs: Needs,
  shipped: Shipped,
): { server: ServerWish; reason: string | null } {
  const { port, postgres, image } = wish;
  const missing = needs.extensions.filter((name) => !shipped.extensions.has(name));
  const kind = wish.server ?? kindFor(wish, needs, missing, shipped);
  if (kind !== 'docker') {
    const major = postgres ?? shipped.major;
    refuseOlder(needs, major, `The ${kind} server`);
    if (missing.length > 0) throw unfit(`The ${kind} server has no ${missing.join(', ')}`, needs, major);
    return { server: { kind, port, postgres, image }, reason: null };
  }
  if (image !== undefined) return { server: { kind, port, postgres, image }, reason: null };
  if (postgres !== undefined) refuseOlder(needs, postgres, `PostgreSQL ${postgres}`);
  const major = postgres ?? needs.major ?? undefined;
  const [first] = needs.extensions;
  if (first !== undefined) {
    const chosen = imageWith(first, major ?? shipped.major);
    return {
      server: { kind, port, postgres: major, image: chosen ?? undefined },
      reason: `The dataset needs ${needs.extensions.join(', ')}, which ${chosen} has.`,
    };
  }
  const reason = reasonFor(wish, needs, shipped);
  return { server: { kind, port, postgres: major }, reason };
}

function kindFor(
  { image, postgres }: Pick<ChoiceWish, 'image' | 'postgres'>,
  needs: Needs,
  missing: readonly string[],
  shipped: Shipped,
): ServerKind {
  if (image !== undefined) return 'docker';
  if (postgres !== undefined && postgres !== shipped.major) return 'docker';
  if (missing.length > 0 || (needs.major ?? 0) > shipped.major) return 'docker';
  return 'embedded';
}

function reasonFor(
  { server, postgres }: Pick<ChoiceWish, 'server' | 'postgres'>,
  { major }: Needs,
  shipped: Shipped,
): string | null {
  if (postgres !== undefined) {
    return server === null
      ? `PostgreSQL ${postgres} is asked for, and the embedded server is ${shipped.major}.`
      : null;
  }
  return major === null ? null : `The dataset was dumped from PostgreSQL ${major}.`;
}

function refuseOlder(needs: Needs, major: number, what: string): void {
  if (needs.major === null || needs.major <= major) return;
  throw unfit(
    `${what} is older than PostgreSQL ${needs.major}, which the dataset was dumped from`,
    needs,
    major,
  );
}

function unfit(why: string, { major, extensions }: Needs, wanted: number): RockpoolError {
  const than = major !== null && major > wanted ? major : wanted;
  const image = extensions[0] === undefined ? null : imageWith(extensions[0], than);
  const remedy = image === null ? `--server docker --postgres ${than}` : `--server docker --image ${image}`;
  return new RockpoolError('server_unfit', `${why}: it cannot hold this dataset.`, {
    hint: `A container can: ${remedy}. Nothing was pulled.`,
    detail: { dumpedFrom: major, extensions: extensions.join(' '), wanted },
  });
}

async function readNeeds({ publication, options }: ChoiceWish, signal: AbortSignal): Promise<Needs> {
  // Where the source does not answer, the pull says so or takes what is in the cache.
  const found = await publication(signal).catch(() => null);
  signal.throwIfAborted();
  const told = found === null ? { major: null, sql: '' } : await readTold(found, signal);
  const extensions = extensionsIn(options.schema ?? told.sql);
  return { major: told.major, extensions: extensions.filter((name) => imageWith(name, 17) !== null) };
}
