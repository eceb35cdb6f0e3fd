import { RockpoolError } from '../../contract/errors.ts';
import type { Engine } from './engine.ts';
import { engineError, sentenceOf, statusOf } from './failures.ts';

/** An image that the engine has. */
export interface Image {
  /** As a person writes it: `postgres:17`. */
  readonly name: string;
  readonly id: string;
  /** PostgreSQL's major version, as the image's PG_MAJOR tells it or its own `postgres --version`. */
  readonly major: number;
  /** Folders for which the engine would make a volume without a name. */
  readonly volumes: readonly string[];
}

/** How far a pull is: bytes of the layers whose size is known by now. */
export interface PullProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ImageWish {
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The image if the engine has it, null otherwise. Throws `server_unavailable` for one that is no PostgreSQL. */
export async function findImage(engine: Engine, name: string): Promise<Image | null> {
  try {
    const found = await engine.docker.getImage(name).inspect();
    const major = await majorOf(engine, name, found.Config?.Env ?? []);
    return { name, id: found.Id, major, volumes: Object.keys(found.Config?.Volumes ?? {}).sort() };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw engineError(error, `Looking for the image ${name}`, engine.endpoint);
  }
}

/**
 * The image, pulled where the engine does not have it; one that is there is used as it is, so that no registry is
 * needed. Throws `server_unavailable` where it is missing and cannot be pulled (E2), or is no PostgreSQL.
 */
export async function ensureImage(engine: Engine, name: string, wish: ImageWish = {}): Promise<Image> {
  const present = await findImage(engine, name);
  if (present !== null) return present;
  await pullImage(engine, name, wish);
  const pulled = await findImage(engine, name);
  if (pulled !== null) return pulled;
  throw missingError(engine, name, 'the pull ended without it');
}

interface PullLine {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { current?: number; total?: number };
}

async function pullImage(engine: Engine, name: string, { onProgress, signal }: ImageWish): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>();
  const note = ({ id, status, progressDetail }: PullLine): void => {
    if (id === undefined) return;
    const known = layers.get(id);
    if (status === 'Downloading' && progressDetail?.total !== undefined) {
      layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    } else if (known !== undefined && status !== 'Downloading') {
      layers.set(id, { ...known, current: known.total });
    } else return;
    const all = [...layers.values()];
    onProgress?.({
      doneBytes: all.reduce((sum, layer) => sum + layer.current, 0),
      totalBytes: all.reduce((sum, layer) => sum + layer.total, 0),
    });
  };
  try {
    // Without a tag the engine would pull every tag there is.
    const tagged = /[:@]/.test(name.slice(name.lastIndexOf('/') + 1)) ? name : `${name}:latest`;
    const stream = await engine.docker.pull(tagged, { abortSignal: signal });
    const stop = (): void => void (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        stream.once('close', () => reject(new Error('the engine ended the pull')));
        engine.docker.modem.followProgress(
          stream,
          (error: Error | null) => (error === null ? resolve() : reject(error)),
          (line: PullLine) => {
            // A pull that fails half-way answers 200 and says so in one of its lines.
            if (line.error !== undefined) reject(new Error(line.error));
            note(line);
          },
        );
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw missingError(engine, name, sentenceOf(error) || 'the engine does not say why', error);
  }
}

function missingError(engine: Engine, name: string, why: string, cause?: unknown): RockpoolError {
  const denied = /denied|unauthorized|authentication required/i.test(why);
  const hint = denied
    ? `Is the name right? For one that wants a login, run docker login and docker pull ${name} yourself, then try again.`
    : `Bring it here with docker load, or pull it while the registry can be reached: docker pull ${name}. Or use --server embedded, which needs no image.`;
  return new RockpoolError(
    'server_unavailable',
    `The image ${name} is not here and cannot be pulled: ${why.replace(/\.$/, '')}.`,
    { hint, detail: { image: name, endpoint: engine.endpoint }, cause },
  );
}

async function majorOf(engine: Engine, name: string, environment: readonly string[]): Promise<number> {
  const told = environment.find((line) => line.startsWith('PG_MAJOR='))?.slice('PG_MAJOR='.length);
  const major = Number.parseInt(told ?? '', 10);
  if (major > 0) return major;
  const version = await askVersion(engine, name);
  if (version !== null) return version;
  throw new RockpoolError(
    'server_unavailable',
    `The image ${name} is no PostgreSQL: it has no postgres in it.`,
    {
      hint: 'Name an image that is made from the official one, such as postgres:17 or pgvector/pgvector:pg17.',
      detail: { image: name },
    },
  );
}

const answerMs = 60_000;

// A container without network, storage or name, gone as soon as it has answered.
async function askVersion(engine: Engine, name: string): Promise<number | null> {
  const container = await engine.docker.createContainer({
    Image: name,
    Entrypoint: ['postgres'],
    Cmd: ['--version'],
    Labels: { 'rockpool.throwaway': 'true' },
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] },
  });
  try {
    await container.start();
    await container.wait({ abortSignal: AbortSignal.timeout(answerMs) });
    const said = (await container.logs({ stdout: true, stderr: true })) as unknown as Buffer;
    const found = /\(PostgreSQL\) (\d+)/.exec(said.toString('latin1'))?.[1];
    return found === undefined ? null : Number(found);
  } catch (error) {
    // "executable file not found": the engine cannot start what is not there.
    if (statusOf(error) !== null) return null;
    if (/^(?:Abort|Timeout)Error$/.test((error as Error).name)) throw silentImage(name);
    throw error;
  } finally {
    await container.remove({ force: true, v: true }).catch(() => {});
  }
}

function silentImage(name: string): RockpoolError {
  return new RockpoolError(
    'server_unavailable',
    `The image ${name} did not say its version within ${answerMs / 1000} s.`,
    {
      hint: 'The engine may be too busy: try again. Else name an image that is made from the official one, such as postgres:17.',
      detail: { image: name },
    },
  );
}
