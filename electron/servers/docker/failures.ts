import { userInfo } from 'node:os';
import { RockpoolError } from '../../contract/errors.ts';
import type { Place } from './places.ts';
import { socketOf } from './places.ts';

/** A place that was tried in vain. */
export interface Tried {
  readonly place: Place;
  readonly why: Why;
}

/** What keeps an engine from answering: each has another remedy. */
export type Why = 'absent' | 'dead' | 'denied' | 'silent' | 'paused' | 'broken';

/** Tells from what a connection failed with why an engine does not answer. */
export function whyNot(error: unknown): Why {
  const { code, statusCode, message = '' } = (error ?? {}) as EngineFailure;
  if (/is paused|manually paused/i.test(message)) return 'paused';
  if (statusCode !== undefined) return 'broken';
  if (code === 'ENOENT' || code === 'ENOTFOUND' || code === 'ENOTDIR') return 'absent';
  if (code === 'ECONNREFUSED') return 'dead';
  if (code === 'EACCES' || code === 'EPERM') return 'denied';
  if (code === 'ETIMEDOUT') return 'silent';
  return 'broken';
}

/** What dockerode throws: the engine's own words with the status, or what the socket failed with. */
export interface EngineFailure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
  readonly json?: { message?: string } | string | null;
}

const phrases: Record<Why, string> = {
  absent: 'nothing is there',
  dead: 'nothing answers there: the engine is not running',
  denied: 'this user may not open it',
  silent: 'it takes connections and does not answer',
  paused: 'it is paused',
  broken: 'what answers there is no engine',
};

// Of several places the one that is nearest to working says what to do.
const order: readonly Why[] = ['denied', 'paused', 'silent', 'dead', 'broken', 'absent'];

/** The error `server_unavailable` for engines that were tried in vain; `only` is an engine that it has to be. */
export function reachError(tried: readonly Tried[], only: boolean): RockpoolError {
  const [nearest] = order.flatMap((why) => tried.filter((each) => each.why === why));
  const places = tried.map(({ place, why }) => `${place.name} (${place.endpoint}): ${phrases[why]}`);
  const detail = { tried: places.join('\n'), why: nearest?.why ?? null };
  if (nearest === undefined || (nearest.why === 'absent' && tried.length > 1)) {
    return new RockpoolError('server_unavailable', 'No Docker engine was found on this machine.', {
      hint: 'Install Docker, Podman or another engine and start it, or use --server embedded, which needs none.',
      detail,
    });
  }
  const { place, why } = nearest;
  const message = only
    ? `The engine that the server lives in does not answer at ${place.endpoint}: ${phrases[why]}.`
    : `No engine answers; the nearest is ${place.name} at ${place.endpoint}: ${phrases[why]}.`;
  return new RockpoolError('server_unavailable', message, { hint: remedyFor(place, why), detail });
}

function remedyFor(place: Place, why: Why): string {
  const embedded = 'Or use --server embedded, which needs no engine.';
  switch (why) {
    case 'denied':
      return `Let yourself in with: sudo usermod -aG docker ${userName()}. Then log in anew. ${embedded}`;
    case 'paused':
    case 'silent':
      return `Wake it up: choose Resume in Docker Desktop, or start the engine anew. ${embedded}`;
    case 'dead':
      return `Start it: sudo systemctl start docker, or open Docker Desktop. ${embedded}`;
    case 'absent':
      return place.name === 'DOCKER_HOST'
        ? `Is DOCKER_HOST right? Unset it to have the usual places looked at. ${embedded}`
        : `Is it the right context? See docker context ls. ${embedded}`;
    case 'broken':
      return `Is ${socketOf(place) ?? place.endpoint} an engine's? ${embedded}`;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '$USER';
  }
}

/** The engine's own sentence about what failed. */
export function sentenceOf(error: unknown): string {
  const { json, message = '' } = (error ?? {}) as EngineFailure;
  const told = typeof json === 'object' && json !== null ? json.message : undefined;
  return (told ?? message.replace(/^\(HTTP code \d+\)[^-]*- /, '')).trim().replace(/\.$/, '');
}

/** The status of an answer that was an error, null for any other failure. */
export function statusOf(error: unknown): number | null {
  return (error as EngineFailure | null)?.statusCode ?? null;
}

/** Says what an engine failed with in our words; our own errors pass as they are. */
export function engineError(error: unknown, what: string, endpoint: string): unknown {
  if (error instanceof RockpoolError) return error;
  const { code, statusCode } = (error ?? {}) as EngineFailure;
  if (statusCode === undefined && code === undefined) return error;
  const said = sentenceOf(error);
  if (/no space left on device/i.test(said)) {
    return new RockpoolError('disk_full', `${what} failed: the engine's disk is full.`, {
      hint: 'Free some space: docker system df shows what takes it.',
      detail: { endpoint },
      cause: error,
    });
  }
  // What an engine says of its own parts while it goes down.
  if (/shutting down|context canceled|transport is closing|ttrpc|containerd|connection error/i.test(said)) {
    return new RockpoolError(
      'server_unavailable',
      `${what} failed: the engine at ${endpoint} is stopping or has just started.`,
      { hint: 'Wait until it is up and try again.', detail: { endpoint, said }, cause: error },
    );
  }
  if (statusCode === undefined) {
    return new RockpoolError(
      'server_unavailable',
      `${what} failed: the engine at ${endpoint} does not answer.`,
      {
        hint: 'Start the engine and try again.',
        detail: { endpoint, errno: code ?? null },
        cause: error,
      },
    );
  }
  return new RockpoolError('server_failed', `${what} failed: ${said}.`, {
    hint: 'The sentence is the engine’s own. See docker events and docker ps -a for more.',
    detail: { endpoint, status: statusCode },
    cause: error,
  });
}
