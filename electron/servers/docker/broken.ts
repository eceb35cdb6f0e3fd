import { type ErrorCode, RockpoolError } from '../../contract/errors.ts';
import { type Address, breakSessions, hasSessions, mendSessions } from '../../sql/connect.ts';
import { type ContainerFacts, findContainer } from './container.ts';
import type { Engine } from './engine.ts';
import type { Labels } from './names.ts';

/** What became of a container that no longer serves, as a sentence's end and what to do. Null where it serves. */
export function whyBroken(
  facts: ContainerFacts | null,
  server: string,
): { phrase: string; hint: string; code: ErrorCode } | null {
  const start = `Start it again: rockpool server start ${server}. Then repeat what you did.`;
  if (facts === null || facts.state === 'removing' || facts.state === 'dead') {
    return { phrase: 'its container was removed', hint: start, code: 'server_stopped' };
  }
  if (facts.state === 'running') return null;
  if (facts.state === 'paused') {
    return {
      phrase: 'its container is paused',
      hint: `Let it go on: rockpool server start ${server}. Then repeat what you did.`,
      code: 'server_stopped',
    };
  }
  if (facts.outOfMemory) {
    return {
      phrase: 'it ran out of memory and was killed',
      hint: `Give the engine more memory (Docker Desktop: Settings, Resources). ${start}`,
      code: 'server_stopped',
    };
  }
  const { exitCode } = facts;
  const how =
    exitCode === 137
      ? 'its container was killed (exit code 137)'
      : exitCode === 0 || exitCode === 143 || exitCode === 130
        ? 'its container was stopped'
        : `its container ended with exit code ${exitCode}`;
  return { phrase: how, hint: start, code: 'server_stopped' };
}

/** The error `server_stopped` of a server that ended while something was done on it. */
export function brokenError(
  server: string,
  container: string,
  { phrase, hint, code }: { phrase: string; hint: string; code: ErrorCode },
): RockpoolError {
  return new RockpoolError(code, `The server ${server} does not answer any more: ${phrase}.`, {
    hint,
    detail: { server, container },
  });
}

const lookEveryMs = 1000;

// By address: a port that one server has given up can be another's by now.
const watched = new Map<string, { what: Watched; timer: NodeJS.Timeout }>();

const keyOf = ({ host, port }: Watched['address']): string => `${host}:${port}`;

/** What is looked at, and where its sessions lead. */
export interface Watched {
  readonly engine: Engine;
  readonly server: string;
  readonly container: string;
  readonly labels: Labels;
  readonly address: Pick<Address, 'host' | 'port'>;
  /** Asks the server itself, for when the engine does not answer. */
  answers(): Promise<boolean>;
}

/**
 * Looks at a container once a second while this process has sessions with it, and ends them with the reason when it
 * has stopped serving (E5): a paused one takes connections and never answers, so nothing else would tell. It keeps no
 * process alive.
 */
export function watchContainer(what: Watched): void {
  trustAgain(what.address, what.container);
  const key = keyOf(what.address);
  if (watched.has(key)) return;
  let looking = false;
  const timer = setInterval(() => {
    // An engine that is slow to answer is not asked again meanwhile.
    if (looking || !hasSessions(what.address)) return;
    looking = true;
    void look(what).finally(() => {
      looking = false;
    });
  }, lookEveryMs);
  timer.unref();
  watched.set(key, { what, timer });
}

/** Lets sessions with a container be made that runs, or is about to, whoever had its address before. */
export function trustAgain(address: Watched['address'], container: string): void {
  const before = watched.get(keyOf(address));
  if (before !== undefined && before.what.container !== container) {
    clearInterval(before.timer);
    watched.delete(keyOf(address));
  }
  mendSessions(address);
}

async function look({ engine, server, container, labels, address, answers }: Watched): Promise<void> {
  const why = await findContainer(engine, container, labels).then(
    (facts) => whyBroken(facts, server),
    async () =>
      // An engine that restarts may leave its containers alone.
      (await answers())
        ? null
        : ({
            phrase: `the engine at ${engine.endpoint} has stopped`,
            hint: 'Start the engine, then repeat what you did.',
            code: 'server_unavailable',
          } as const),
  );
  // What was found out of a container that is no longer meant says nothing.
  if (why === null || watched.get(keyOf(address))?.what.container !== container) return;
  breakSessions(address, brokenError(server, container, why));
}
