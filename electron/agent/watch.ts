import type { AgentRecord } from '../contract/agent.ts';
import type { Core } from '../state/core.ts';
import { type Extent, refreshAgent } from './refresh.ts';
import { listAgents } from './registry.ts';

const tickMs = 250;
/** While a job goes on it is asked for so often; the pause grows to `slowestRunningMs` as long as nothing changes. */
const quickMs = 1500;
const slowestRunningMs = 15_000;
const slowestMs = 60_000;
const allEveryMs = 60_000;

interface Turn {
  isAsking: boolean;
  dueAtMs: number;
  pauseMs: number;
  allDueAtMs: number;
}

/** Asks agents for as long as somebody watches. */
class AgentWatch {
  readonly #core: Core;
  readonly #turns = new Map<string, Turn>();
  #watchers = 0;
  #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  enter(): Disposable {
    this.#watchers += 1;
    if (this.#watchers === 1) {
      this.#abort = new AbortController();
      this.soon();
      this.#timer = setInterval(() => this.#tick(), tickMs);
      this.#timer.unref();
    }
    let isOpen = true;
    return {
      [Symbol.dispose]: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#watchers -= 1;
        if (this.#watchers > 0) return;
        clearInterval(this.#timer);
        this.#abort.abort();
      },
    };
  }

  soon(): void {
    for (const turn of this.#turns.values())
      Object.assign(turn, { dueAtMs: 0, pauseMs: quickMs, allDueAtMs: 0 });
  }

  #tick(): void {
    let agents: AgentRecord[];
    try {
      agents = listAgents(this.#core);
    } catch {
      // state.db cannot be read at this moment, or was closed: an error in a timer would end the process.
      return;
    }
    for (const agent of agents) {
      const turn = this.#turns.get(agent.name) ?? {
        isAsking: false,
        dueAtMs: 0,
        pauseMs: quickMs,
        allDueAtMs: 0,
      };
      this.#turns.set(agent.name, turn);
      if (!turn.isAsking && turn.dueAtMs <= Date.now()) void this.#ask(agent, turn);
    }
  }

  async #ask(agent: AgentRecord, turn: Turn): Promise<void> {
    const { signal } = this.#abort;
    turn.isAsking = true;
    try {
      const extent: Extent = turn.allDueAtMs <= Date.now() ? 'all' : 'jobs';
      const { changed, unfinished } = await refreshAgent(this.#core, agent, extent, signal);
      if (extent === 'all') turn.allDueAtMs = Date.now() + allEveryMs;
      const slowest = unfinished > 0 ? slowestRunningMs : slowestMs;
      turn.pauseMs = changed > 0 ? quickMs : Math.min(slowest, turn.pauseMs * 1.5);
    } catch {
      // What went wrong is kept with the agent, where people see it.
      turn.pauseMs = Math.min(slowestMs, turn.pauseMs * 2);
    } finally {
      turn.dueAtMs = Date.now() + turn.pauseMs;
      turn.isAsking = false;
    }
  }
}

const watches = new WeakMap<Core, AgentWatch>();

function watchOf(core: Core): AgentWatch {
  const watch = watches.get(core) ?? new AgentWatch(core);
  watches.set(core, watch);
  return watch;
}

/**
 * Lets all agents be asked, again and again with growing pauses, until what it returns is disposed of. Several watchers
 * share one asking; with none left nothing is asked.
 */
export function watchAgents(core: Core): Disposable {
  return watchOf(core).enter();
}

/** Has agents asked at once where somebody watches, as after a workflow was started. */
export function askSoon(core: Core): void {
  watchOf(core).soon();
}
