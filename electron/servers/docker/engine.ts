import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { isRockpoolError, RockpoolError } from '../../contract/errors.ts';
import { reachError, type Tried, whyNot } from './failures.ts';
import { listPlaces, type Place, socketOf } from './places.ts';

/** An engine that answers. */
export interface Engine {
  readonly docker: Docker;
  /** What names the place it was found in, and its address. */
  readonly name: string;
  readonly endpoint: string;
  /** What was tried before and why it was not taken. */
  readonly tried: readonly Tried[];
}

export interface EngineWish {
  readonly environment?: NodeJS.ProcessEnv;
  /** The only address that will do: that of the engine in which a server was made. */
  readonly endpoint?: string;
  /** How long one place may stay silent. */
  readonly timeoutMs?: number;
}

/**
 * Finds the first engine that answers. Throws `server_unavailable` where none does, which says what was tried, what
 * was wrong with each and what mends it (E1).
 */
export async function openEngine({
  environment = process.env,
  endpoint,
  timeoutMs = 5000,
}: EngineWish = {}): Promise<Engine> {
  const tried: Tried[] = [];
  for (const place of placesFor(environment, endpoint)) {
    try {
      const docker = await connectTo(place);
      await answers(docker, timeoutMs);
      return { docker, name: place.name, endpoint: place.endpoint, tried };
    } catch (error) {
      if (isRockpoolError(error)) throw error;
      tried.push({ place, why: whyNot(error) });
    }
  }
  throw reachError(tried, endpoint !== undefined);
}

function placesFor(environment: NodeJS.ProcessEnv, endpoint: string | undefined): Place[] {
  if (endpoint === undefined) return listPlaces({ environment });
  const known = listPlaces({ environment: { ...environment, DOCKER_HOST: '' } });
  const ordered = environment.DOCKER_HOST ? listPlaces({ environment }) : [];
  const place = [...ordered, ...known].find((each) => each.endpoint === endpoint);
  return [place ?? { name: endpoint, endpoint, certificates: null }];
}

async function connectTo(place: Place): Promise<Docker> {
  const { default: Engine } = await import('dockerode');
  const socketPath = socketOf(place);
  if (socketPath !== null) return new Engine({ socketPath });
  const url = addressOf(place);
  // Ports are published on 127.0.0.1 of the machine that the engine runs on.
  if (!['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) throw remoteError(place);
  const { certificates } = place;
  return new Engine({
    host: url.hostname,
    port: Number(url.port) || (certificates === null ? 2375 : 2376),
    protocol: certificates === null ? 'http' : 'https',
    ...(certificates !== null && {
      ca: readFileSync(join(certificates, 'ca.pem')),
      cert: readFileSync(join(certificates, 'cert.pem')),
      key: readFileSync(join(certificates, 'key.pem')),
    }),
  });
}

function addressOf(place: Place): URL {
  const { endpoint } = place;
  if (/^ssh:/.test(endpoint)) throw remoteError(place);
  const url = URL.parse(endpoint.includes('://') ? endpoint : `tcp://${endpoint}`);
  if (url !== null && ['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    // A URL of an unknown scheme has no host of its own for WHATWG parsers in every case.
    return new URL(url.href.replace(/^(tcp|https?):/, 'http:'));
  }
  throw new RockpoolError('server_unavailable', `${place.name} is no address of an engine: ${endpoint}.`, {
    hint: 'It should look like unix:///var/run/docker.sock or tcp://127.0.0.1:2375.',
    detail: { endpoint },
  });
}

function remoteError({ name, endpoint }: Place): RockpoolError {
  return new RockpoolError(
    'server_unavailable',
    `${name} names an engine on another machine (${endpoint}), where a server could not be reached from here.`,
    {
      hint: 'Unset DOCKER_HOST, or choose a context of this machine with docker context use, or use --server embedded.',
      detail: { endpoint },
    },
  );
}

// A paused Docker Desktop takes connections and says nothing.
async function answers(docker: Docker, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // Its types do not know that it takes a signal.
    const version = docker.version as (options: { abortSignal: AbortSignal }) => Promise<unknown>;
    await version.call(docker, { abortSignal: signal });
  } catch (error) {
    throw signal.aborted ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : error;
  }
}
