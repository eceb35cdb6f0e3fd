import { create } from 'zustand';
import type { Agent } from '../../electron/contract/agent.ts';
import type { Card, Changes, RemovedInstall } from '../../electron/contract/card.ts';
import type { Job } from '../../electron/contract/job.ts';
import type { Server } from '../../electron/contract/server.ts';
import type { Source } from '../../electron/contract/source.ts';
import { api, connect, onWire, type WireState } from '../wire/connection.ts';

/** All that the app tells by itself. `loaded` is false until the first record came. */
export interface World {
  readonly wire: WireState;
  /** How often there was a connection. */
  readonly connections: number;
  readonly loaded: boolean;
  readonly cards: readonly Card[];
  /** Removals that can still be undone. */
  readonly removed: readonly RemovedInstall[];
  readonly servers: readonly Server[];
  readonly sources: readonly Source[];
  readonly agents: readonly Agent[];
  /** The newest and all unfinished ones, newest first. */
  readonly jobs: readonly Job[];
}

export const useWorld = create<World>(() => ({
  wire: 'connecting',
  connections: 0,
  loaded: false,
  cards: [],
  removed: [],
  servers: [],
  sources: [],
  agents: [],
  jobs: [],
}));

const mostJobs = 200;

/** Connects and keeps the world as the app tells it; a connection that comes back begins with everything again. */
export function startWorld(): void {
  onWire((wire) => {
    useWorld.setState(({ connections }) => ({
      wire,
      connections: wire === 'open' ? connections + 1 : connections,
    }));
    if (wire === 'open') void watch();
  });
  connect();
}

async function watch(): Promise<void> {
  try {
    let isFirst = true;
    for await (const changes of await api.machine.watch()) {
      useWorld.setState((world) => ({ ...apply(world, changes, isFirst), loaded: true }));
      isFirst = false;
    }
  } catch {
    // The connection tells of its own loss.
  }
}

function apply(world: World, { jobs, ...lists }: Changes, isFirst: boolean): Partial<World> {
  const known = isFirst ? [] : world.jobs;
  const present = Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined));
  if (jobs === undefined) return present;
  const changed = new Map(jobs.map((job) => [job.id, job]));
  const merged = [...jobs, ...known.filter((job) => !changed.has(job.id))];
  return {
    ...present,
    jobs: merged.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, mostJobs),
  };
}

/** The unfinished job of an install that a person waits for, if there is one. */
export function jobOn(jobs: readonly Job[], install: string): Job | undefined {
  return jobs.find(
    (job) =>
      job.install === install && job.kind !== 'spare' && (job.state === 'running' || job.state === 'queued'),
  );
}
