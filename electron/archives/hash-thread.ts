import { Worker } from 'node:worker_threads';
import type { FileChecksum } from './archive.ts';

/** What the worker is asked. `turn` pairs a request with its answer. */
export type HashRequest = { readonly turn: number; readonly track: number } & (
  | {
      readonly what: 'open';
      readonly path: string;
      readonly from: number;
      readonly kind: FileChecksum['algorithm'];
    }
  | { readonly what: 'advance'; readonly to: number }
  | { readonly what: 'close' }
);

type Asking = HashRequest extends infer One ? (One extends HashRequest ? Omit<One, 'turn'> : never) : never;

/** What the worker says. */
export interface HashAnswer {
  readonly turn: number;
  readonly value?: string;
  readonly failed?: { readonly code: string | undefined; readonly message: string };
}

/** One sum over the bytes of one file. */
export interface ThreadTrack {
  /** Goes on up to this place of the file, and gives the sum so far in base64, where it is a hash. */
  advance(to: number): Promise<string>;
  /** Gives the sum in base64; fails where going on had failed. */
  close(): Promise<string>;
}

type Opening = Omit<Extract<HashRequest, { what: 'open' }>, 'turn' | 'track' | 'what'>;

/** A thread that reads files and sums them up. It starts when it is first asked. */
export class HashThread {
  #worker: Worker | null = null;
  #turns = 0;
  #tracks = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();

  /** Does not wait for the thread, which takes a moment to start; what fails is told by what is asked next. */
  open(opening: Opening): ThreadTrack {
    const track = this.#tracks++;
    const opened = this.#ask({ what: 'open', track, ...opening });
    opened.catch(() => undefined);
    const ask = async (asking: Asking): Promise<unknown> => {
      const answer = this.#ask(asking);
      answer.catch(() => undefined);
      await opened;
      return answer;
    };
    return {
      advance: (to) => ask({ what: 'advance', track, to }) as Promise<string>,
      close: () => ask({ what: 'close', track }) as Promise<string>,
    };
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    this.#fail(new Error('the hasher was closed'));
  }

  #ask(asking: Asking): Promise<unknown> {
    const turn = this.#turns++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(turn, answer);
    this.#worker ??= this.#start();
    // Only what is waited for keeps the process from ending.
    this.#worker.ref();
    this.#worker.postMessage({ ...asking, turn });
    return answer.promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url));
    worker.on('message', ({ turn, value, failed }: HashAnswer) => {
      const waiting = this.#waiting.get(turn);
      this.#waiting.delete(turn);
      if (this.#waiting.size === 0) worker.unref();
      if (failed === undefined) waiting?.resolve(value);
      else waiting?.reject(Object.assign(new Error(failed.message), { code: failed.code }));
    });
    worker.on('error', (error) => this.#fail(error));
    return worker;
  }

  #fail(error: unknown): void {
    for (const { promise, reject } of this.#waiting.values()) {
      promise.catch(() => undefined);
      reject(error);
    }
    this.#waiting.clear();
  }
}
