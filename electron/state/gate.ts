interface Waiting {
  readonly weigh: () => number;
  readonly enter: (weight: number) => void;
}

/**
 * Lets work in up to a sum of weights, strictly in the order in which it asked: what is heavy is not overtaken for ever
 * by what is light.
 */
export class Gate {
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  #inside = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Asks again who may come in, after something has become lighter. */
  look(): void {
    this.#admit();
  }

  /**
   * Waits for its turn and returns what lets the next in; to be called once, further calls do nothing. What it weighs is
   * asked when its turn may have come.
   */
  async enter(weigh: () => number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const turn = Promise.withResolvers<number>();
    const waiting = { weigh, enter: turn.resolve };
    const abort = () => {
      const at = this.#waiting.indexOf(waiting);
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      turn.reject(signal?.reason);
      this.#admit();
    };
    this.#waiting.push(waiting);
    signal?.addEventListener('abort', abort, { once: true });
    this.#admit();
    const weight = await turn.promise;
    signal?.removeEventListener('abort', abort);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside -= weight;
      this.#admit();
    };
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const weight = Math.min(next.weigh(), this.#limit);
      if (this.#inside + weight > this.#limit) return;
      this.#inside += weight;
      this.#waiting.shift();
      next.enter(weight);
    }
  }
}
