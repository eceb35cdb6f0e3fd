import type pg from 'pg';

// What pg hands to a query of somebody's own (lib/client.js), as pg-copy-streams uses it too.
interface Connection {
  query(sql: string): void;
  sendCopyFail(reason: string): void;
  readonly stream: {
    cork(): void;
    write(bytes: Buffer, done?: (error?: Error | null) => void): boolean;
    uncork(): void;
  };
}

/**
 * Runs a COPY … FROM STDIN and sends it these bytes, each chunk only once the system has taken the one before, so that
 * a source may use its memory again. Returns how many rows came in. Throws what the server says, or else what the
 * source fails with, after the server has given the statement up.
 */
export async function copyIn(client: pg.Client, sql: string, chunks: AsyncIterable<Buffer>): Promise<number> {
  const copy = new CopyIn(sql);
  client.query(copy as unknown as pg.Submittable);
  try {
    await copy.started;
    for await (const chunk of chunks) await copy.send(chunk);
  } catch (error) {
    throw await copy.fail(error);
  }
  return await copy.finish();
}

class CopyIn {
  readonly #sql: string;
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<number>();
  #connection: Connection | null = null;
  #rows = 0;
  #failure: { readonly error: unknown } | null = null;
  // Who waits for the system to take bytes, which it may never do once the session is gone.
  #sending: PromiseWithResolvers<void> | null = null;

  constructor(sql: string) {
    this.#sql = sql;
    this.#started.promise.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  get started(): Promise<void> {
    return this.#started.promise;
  }

  async send(chunk: Buffer): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    const sending = Promise.withResolvers<void>();
    this.#sending = sending;
    const stream = this.#connection?.stream;
    stream?.cork();
    stream?.write(headOf('d', chunk.length));
    stream?.write(chunk, (error) => (error ? sending.reject(error) : sending.resolve()));
    stream?.uncork();
    await sending.promise;
  }

  async finish(): Promise<number> {
    if (this.#failure === null) this.#connection?.stream.write(headOf('c', 0));
    return await this.#ended.promise;
  }

  /** Gives the statement up for this reason and returns what is to be thrown. */
  async fail(reason: unknown): Promise<unknown> {
    if (this.#failure !== null) return this.#failure.error;
    // The server's answer would only repeat it.
    this.#connection?.sendCopyFail('the rows cannot be read');
    await this.#ended.promise.catch(() => {});
    return reason;
  }

  // From here on: called by pg.

  callback(): void {}

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }

  handleCopyInResponse(): void {
    this.#started.resolve();
  }

  handleCommandComplete({ text }: { readonly text?: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(text ?? '')?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.#ended.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#failure ??= { error };
    this.#started.reject(error);
    this.#sending?.reject(error);
    this.#ended.reject(error);
  }
}

// A message's type and its length, which counts itself (PostgreSQL manual, protocol-message-formats).
function headOf(type: 'c' | 'd', bodyBytes: number): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(bodyBytes + 4, 1);
  return head;
}
