import { type Address, type ConnectOptions, connect } from '../sql/connect.ts';
import { Worker, type WorkerContext } from './worker.ts';

interface Waiting {
  readonly cost: number;
  readonly start: (worker: Worker) => Promise<void>;
  readonly drop: (error: unknown) => void;
}

export interface CrewOptions {
  readonly address: Address;
  readonly sessions: number;
  readonly settings: NonNullable<ConnectOptions['settings']>;
  readonly context: WorkerContext;
  readonly signal: AbortSignal;
  /** Ends the sessions from outside: a statement can catch being cancelled. */
  readonly endAll: () => Promise<void>;
}

const stubbornAfterMs = 2000;

/**
 * A few sessions that share one heap of work: the costliest waiting task is taken first. The first failure stops all
 * the others, and what `run` throws for them is that first failure.
 */
export class Crew implements AsyncDisposable {
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();

  readonly #endAll: () => Promise<void>;
  #stubborn: NodeJS.Timeout | undefined;

  private constructor(endAll: () => Promise<void>) {
    this.#endAll = endAll;
  }

  static async open({ address, sessions, settings, context, signal, endAll }: CrewOptions): Promise<Crew> {
    const crew = new Crew(endAll);
    const stop = (): void => crew.#stop(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { signal: crew.#abort.signal });
    try {
      for (let made = 0; made < sessions; made++) {
        const session = await connect(address, { settings, signal: crew.signal });
        const worker = new Worker(session, context);
        crew.#workers.push(worker);
        crew.#idle.push(worker);
      }
    } catch (error) {
      await crew[Symbol.asyncDispose]();
      throw error;
    }
    return crew;
  }

  /** Aborts with the first failure, or with the reason of the signal that the crew was opened with. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Does one piece of work in the next free session; `cost` is in any unit that is the same for all. */
  run<T>(cost: number, work: (worker: Worker) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.signal.aborted) return reject(this.signal.reason);
      this.#waiting.push({
        cost,
        start: async (worker) => {
          try {
            resolve(await work(worker));
          } catch (error) {
            this.#stop(error);
            reject(this.signal.reason);
          }
        },
        drop: reject,
      });
      this.#next();
    });
  }

  /** The same once something is there: while it is waited for, the sessions do other work. */
  async runWhen<T>(ready: Promise<unknown>, cost: number, work: (worker: Worker) => Promise<T>): Promise<T> {
    try {
      await ready;
    } catch (error) {
      this.#stop(error);
      throw this.signal.reason;
    }
    return this.run(cost, work);
  }

  /** Does many pieces of work and waits for all of them, also where one fails. */
  async runAll(tasks: readonly { cost: number; work: (worker: Worker) => Promise<void> }[]): Promise<void> {
    await settleAll(tasks.map(({ cost, work }) => this.run(cost, work)));
  }

  /** Closes the sessions once the running work has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop(new Error('the crew is closed'));
    await Promise.all(this.#running);
    await Promise.all(this.#workers.map(({ session }) => session.close()));
    clearTimeout(this.#stubborn);
  }

  #next(): void {
    if (this.signal.aborted) return;
    const worker = this.#idle.pop();
    if (worker === undefined) return;
    let costliest = -1;
    this.#waiting.forEach((task, index) => {
      if (costliest === -1 || task.cost > (this.#waiting[costliest]?.cost ?? 0)) costliest = index;
    });
    const [task] = costliest === -1 ? [] : this.#waiting.splice(costliest, 1);
    if (task === undefined) {
      this.#idle.push(worker);
      return;
    }
    const running = task.start(worker).finally(() => {
      this.#running.delete(running);
      this.#idle.push(worker);
      this.#next();
    });
    this.#running.add(running);
  }

  #stop(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#abort.abort(reason);
    this.#stubborn = setTimeout(() => {
      this.#endAll().catch(() => {
        // The server is gone, and the sessions with it.
      });
    }, stubbornAfterMs);
    for (const { drop } of this.#waiting.splice(0)) drop(reason);
  }
}

/** Waits until all have ended, then throws the first failure. */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
