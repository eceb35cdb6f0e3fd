import type { ReplayItem } from '../archives/contents.ts';
import { type Address, connect, type Session } from '../sql/connect.ts';
import { loadParser, type SqlParser } from '../sql/parser.ts';
import { Pipeline } from '../sql/pipeline.ts';
import { runStatement } from '../sql/run-statement.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { copyIn } from './copyin.ts';
import { type Deadline, withDeadline } from './deadline.ts';
import { sayReplayFailure } from './replay-failure.ts';
import type { Room } from './room.ts';

export interface ReplaySessionOptions extends Deadline {
  readonly address: Address;
  readonly settings: readonly (readonly [string, string])[];
  readonly room: Room;
  readonly signal: AbortSignal;
}

// Larger ones gain nothing, and would wait in memory.
const maxAheadLength = 16_384;
const savepoint = '"rp replay"';

/** The one session in which a script is run as it stands: what it sets, opens and makes for itself stays there. */
export class ReplaySession implements AsyncDisposable {
  readonly #options: ReplaySessionOptions;
  readonly #parser: SqlParser;
  #session: Session;
  #pipeline: Pipeline<SqlStatement>;
  #encoding = 'UTF8';

  private constructor(options: ReplaySessionOptions, parser: SqlParser, session: Session) {
    this.#options = options;
    this.#parser = parser;
    this.#session = session;
    this.#pipeline = new Pipeline(session.client);
    this.#watch();
  }

  static async open(options: ReplaySessionOptions): Promise<ReplaySession> {
    return new ReplaySession(options, await loadParser(), await openSession(options));
  }

  /**
   * Runs a statement that changes rows without waiting for it; what it fails with is thrown by whatever is done next, as
   * an error about that statement.
   */
  async runAhead(statement: SqlStatement): Promise<void> {
    await this.#options.room.take(statement.text.length);
    if (this.#pipeline.isFull || statement.text.length > maxAheadLength) await this.flush();
    this.#pipeline.send(statement.text, statement);
  }

  /** Waits for all that was sent ahead. */
  async flush(): Promise<void> {
    await this.#pipeline.flush(async (statement, done) => {
      try {
        await this.#within(statement, done);
      } catch (error) {
        throw sayReplayFailure(statement, error);
      }
    });
  }

  /** True while the script has a transaction open. */
  get inTransaction(): boolean {
    return this.#session.client.getTransactionStatus() !== 'I';
  }

  /** False once code of the script has changed the encoding of the session, in which nothing more can be sent. */
  get isReadable(): boolean {
    return /^(utf8|unicode)$/i.test(this.#encoding);
  }

  /** Runs a statement of the script; what it returns goes by. Throws what the server says, or `timeout`. */
  async run(statement: SqlStatement): Promise<void> {
    await this.flush();
    await this.#options.room.take(statement.text.length);
    await this.#within(statement, () => runStatement(this.#session.client, statement.text));
  }

  /** The same so that a failure leaves a transaction of the script as it was. */
  async try(statement: SqlStatement): Promise<void> {
    await this.flush();
    if (!this.inTransaction) return await this.run(statement);
    await this.ours(`SAVEPOINT ${savepoint}`);
    try {
      await this.run(statement);
    } catch (error) {
      // A session that is gone can do neither; why it is gone is what counts.
      await this.ours(`ROLLBACK TO SAVEPOINT ${savepoint}`).catch(() => {});
      await this.ours(`RELEASE SAVEPOINT ${savepoint}`).catch(() => {});
      throw error;
    }
    await this.ours(`RELEASE SAVEPOINT ${savepoint}`);
  }

  /** Loads the rows of a COPY and returns how many the server took. */
  async copy(
    { statement, encoding, rows }: Extract<ReplayItem, { kind: 'copy' }>,
    onBytes: (bytes: number) => void,
  ): Promise<number> {
    const { signal, room } = this.#options;
    await this.flush();
    const text = withEncoding(this.#parser, statement, encoding);
    const passed = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of rows()) {
        signal.throwIfAborted();
        await room.take(chunk.length);
        onBytes(chunk.length);
        yield chunk;
      }
    };
    return await this.#within(statement, () => copyIn(this.#session.client, text, passed()));
  }

  /** Runs a statement of ours in the script's session and transaction. */
  async ours<Row extends Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    await this.flush();
    return (await this.#session.query<Row>(sql, values)).rows;
  }

  /** Ends the session and begins another, as psql does for a `\connect`. What is open is rolled back. */
  async again(): Promise<void> {
    await this.flush();
    await this.#session.close();
    this.#session = await openSession(this.#options);
    this.#pipeline = new Pipeline(this.#session.client);
    this.#watch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.close();
  }

  async #within<T>({ file, line }: SqlStatement, work: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const place = { what: `line ${line} of ${file}`, detail: { file, line } };
    try {
      return await withDeadline(this.#options, this.#session, place, work);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  #watch(): void {
    this.#encoding = 'UTF8';
    const { connection } = this.#session.client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
      if (parameterName === 'client_encoding') this.#encoding = parameterValue;
    });
  }
}

interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

function openSession({ address, settings, signal }: ReplaySessionOptions): Promise<Session> {
  return connect(address, { settings, signal });
}

/** The COPY with the encoding of its rows: statements are sent in UTF-8, and rows go in as they are. */
function withEncoding(parser: SqlParser, statement: SqlStatement, encoding: string): string {
  const { text } = statement;
  if (encoding === 'UTF8') return text;
  const tokens = parser.scan(statement);
  const bytes = Buffer.from(text);
  const words = tokens.map((token) => token.text.toLowerCase());
  if (words.includes('encoding')) return text;
  const stdin = words.lastIndexOf('stdin');
  const next = words[stdin + 1] === 'with' ? stdin + 2 : stdin + 1;
  const where = words.indexOf('where', stdin);
  const closing = words[next] === '(' ? endOfParens(words, next) : null;
  const at =
    closing === null ? (tokens[where]?.start ?? bytes.length) : (tokens[closing]?.start ?? bytes.length);
  const option = closing === null ? ` ENCODING '${encoding}' ` : `, ENCODING '${encoding}'`;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(option), bytes.subarray(at)]).toString();
}

function endOfParens(words: readonly string[], from: number): number | null {
  let depth = 0;
  for (let at = from; at < words.length; at++) {
    if (words[at] === '(') depth++;
    if (words[at] === ')' && --depth === 0) return at;
  }
  return null;
}
