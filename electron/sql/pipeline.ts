import pg from 'pg';

/** A statement on its way, and what becomes of it. */
interface Sent<T> {
  readonly about: T;
  readonly done: Promise<unknown>;
}

// The answers to so many are waited for at once; more gain nothing.
const mostAtOnce = 64;

/**
 * Statements that are sent one behind another without waiting for the answer to each. The server runs them in their
 * order, each by itself, as it would have anyway. After a failure those that were sent behind it have run too: this is for
 * work that is thrown away as a whole then.
 */
export class Pipeline<T> {
  readonly #client: pg.Client;
  #sent: Sent<T>[] = [];

  constructor(client: pg.Client) {
    this.#client = client;
  }

  get isFull(): boolean {
    return this.#sent.length >= mostAtOnce;
  }

  send(text: string, about: T): void {
    this.#pipelined = true;
    // Past what warns of a statement that is sent while another one runs: here that is meant.
    const query = pg.Client.prototype.query as (this: pg.Client, config: pg.QueryConfig) => Promise<unknown>;
    const done = query.call(this.#client, { text, queryMode: 'extended' } as pg.QueryConfig);
    done.catch(() => {});
    this.#sent.push({ about, done });
  }

  /** Waits for all that was sent; `wait` is given each in its turn. Throws what the first one to fail throws. */
  async flush(wait: (about: T, done: () => Promise<unknown>) => Promise<unknown>): Promise<void> {
    if (this.#sent.length === 0) return;
    const sent = this.#sent;
    this.#sent = [];
    try {
      for (const { about, done } of sent) await wait(about, () => done);
    } finally {
      await Promise.allSettled(sent.map(({ done }) => done));
      this.#pipelined = false;
    }
  }

  // pg can do it from the start of a session on or not at all, but looks at this each time.
  set #pipelined(on: boolean) {
    (this.#client as unknown as { pipeline: boolean }).pipeline = on;
  }
}
