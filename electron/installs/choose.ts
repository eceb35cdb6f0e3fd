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
    if (missing.length > 0) throw unfit(`The ${kind} server`, missing, shipped.major);
    return { server: { kind, port, postgres, image }, reason: olderThan(needs, postgres ?? shipped.major) };
  }
  const [first] = needs.extensions;
  if (image !== undefined) {
    if (first !== undefined && isOfficial(image)) {
      throw unfit(`The image ${image}`, needs.extensions, postgres ?? majorOf(image));
    }
    return { server: { kind, port, postgres, image }, reason: null };
  }
  const major = postgres ?? needs.major ?? undefined;
  if (first !== undefined) {
    const chosen = imageWith(first, major ?? shipped.major);
    return {
      server: { kind, port, postgres: major, image: chosen ?? undefined },
      reason: `The dataset needs ${needs.extensions.join(', ')}, which ${chosen} has.`,
    };
  }
  const preferred = postgres === undefined ? (needs.major ?? undefined) : undefined;
  return { server: { kind, port, postgres, preferred }, reason: reasonFor(wish, needs, shipped) };
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
  needs: Needs,
  shipped: Shipped,
): string | null {
  if (postgres === undefined) {
    return needs.major === null ? null : `The dataset was dumped from PostgreSQL ${needs.major}.`;
  }
  const asked = `PostgreSQL ${postgres} is asked for, and the embedded server is ${shipped.major}.`;
  return olderThan(needs, postgres) ?? (server === null ? asked : null);
}

// Dumps are read by us, statement by statement: what an older server does not know is left out and reported.
function olderThan({ major }: Needs, server: number): string | null {
  if (major === null || major <= server) return null;
  return `The dataset was dumped from PostgreSQL ${major}: what ${server} does not know is left out and reported.`;
}

function unfit(what: string, extensions: readonly string[], major: number): RockpoolError {
  const names = extensions.join(', ');
  const image = imageWith(extensions[0] ?? '', major);
  return new RockpoolError('server_unfit', `${what} has no ${names}, which this dataset needs.`, {
    hint: `A container has it: --server docker --image ${image}. Nothing was pulled.`,
    detail: { extensions: names, image },
  });
}

const isOfficial = (image: string): boolean => /^(?:docker\.io\/)?(?:library\/)?postgres(?::|$)/.test(image);

const majorOf = (image: string): number => Number(/:(\d+)/.exec(image)?.[1] ?? 17);

async function readNeeds({ publication, options }: ChoiceWish, signal: AbortSignal): Promise<Needs> {
  // Where the source does not answer, the pull says so or takes what is in the cache.
  const found = await publication(signal).catch(() => null);
  signal.throwIfAborted();
  const told = found === null ? { major: null, sql: '' } : await readTold(found, signal);
  const extensions = extensionsIn(options.schema ?? told.sql);
  return { major: told.major, extensions: extensions.filter((name) => imageWith(name, 17) !== null) };
}
