import net from 'node:net';
import pg from 'pg';
import { watchStatements } from './one-at-a-time.ts';

/** Where and as whom to connect. A server is anything that yields one of these. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the connection may take to be made. */
  readonly timeoutMs?: number;
  /** Settings of the session, laid by the start-up packet, as `['search_path', '']`. */
  readonly settings?: readonly (readonly [string, string])[];
}

/** A session. Closing it twice does no harm. */
export interface Session extends AsyncDisposable {
  readonly client: pg.Client;
  /**
   * Runs one statement with bound values. Once the signal has aborted the statement is cancelled on the server. More
   * than one in the text is an error of the server, whatever its settings say of where a literal ends.
   */
  query<Row extends pg.QueryResultRow = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  /**
   * Runs several statements and returns what the last one gave. All of them are our own: nothing of a dataset stands
   * in them but names and literals that are quoted.
   */
  script(sql: string): Promise<pg.QueryResult>;
  close(): Promise<void>;
}

const open = new Map<string, Set<pg.Client>>();
const broken = new Map<string, Error>();

/**
 * Ends all sessions of this process with a server that has fallen silent: what they wait for fails with `why`, and so
 * does every new one until `mendSessions`. A frozen server takes connections and never answers, so no time-out of a
 * statement would tell.
 */
export function breakSessions(server: Pick<Address, 'host' | 'port'>, why: Error): void {
  broken.set(keyOf(server), why);
  for (const client of open.get(keyOf(server)) ?? []) streamOf(client).destroy(why);
}

/** Lets sessions with a server be made again. */
export function mendSessions(server: Pick<Address, 'host' | 'port'>): void {
  broken.delete(keyOf(server));
}

/** True while this process has sessions with a server. */
export function hasSessions(server: Pick<Address, 'host' | 'port'>): boolean {
  return (open.get(keyOf(server))?.size ?? 0) > 0;
}

const keyOf = ({ host, port }: Pick<Address, 'host' | 'port'>): string => `${host}:${port}`;

const streamOf = (client: pg.Client): net.Socket =>
  (client as unknown as { connection: { stream: net.Socket } }).connection.stream;

let applicationName = 'rockpool';

/** Says by what name the server lists the sessions of this process from now on. */
export function nameSessions(name: string): void {
  applicationName = name;
}

// Every value stays text unless a caller parses it: a database of somebody else may hold any type, and dates
// and numbers that JavaScript cannot hold exactly.
const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: string) => value };

/** Opens a session. Throws what `pg` throws: `translateError` in errors.ts says it in our words. */
export async function connect(address: Address, options: ConnectOptions = {}): Promise<Session> {
  options.signal?.throwIfAborted();
  const silent = broken.get(keyOf(address));
  if (silent !== undefined) throw silent;
  const settings = options.settings ?? [];
  const client = new pg.Client({
    ...address,
    application_name: applicationName,
    connectionTimeoutMillis: options.timeoutMs ?? 10_000,
    keepAlive: true,
    types: asText,
    ssl: false,
    options: settings.map(([name, value]) => `-c ${name}=${escapeOption(value)}`).join(' '),
  });
  // A session that the server ends (a swap, a stop) raises 'error' on the idle client; the next query reports it.
  client.on('error', () => {});
  watchStatements(client);
  const send = client.query.bind(client) as (query: unknown) => Promise<unknown>;
  client.query = ((query: unknown, values?: unknown) => send(asOne(query, values))) as typeof client.query;
  const others = open.get(keyOf(address)) ?? new Set();
  open.set(keyOf(address), others.add(client));
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    options.signal?.removeEventListener('abort', onAbort);
    await client.end().catch(() => {});
    others.delete(client);
  };
  const onAbort = (): void => cancelStatement(address, client);
  try {
    await client.connect();
  } catch (error) {
    await close();
    throw error;
  }
  options.signal?.addEventListener('abort', onAbort);
  const unlessAborted = async <T>(run: () => Promise<T>): Promise<T> => {
    options.signal?.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    }
  };
  return {
    client,
    query: (sql, values) => unlessAborted(() => client.query(sql, values as unknown[] | undefined)),
    script: async (sql) => {
      const results = [await unlessAborted(() => send(sql))].flat();
      return results.at(-1) as pg.QueryResult;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

// pg sends a text without values by the simple protocol, in which one text can be many statements. A query object of
// one's own (a COPY, a portal) speaks for itself.
function asOne(query: unknown, values: unknown): unknown {
  if (typeof query === 'string') return { text: query, values, queryMode: 'extended' };
  if (typeof query !== 'object' || query === null || 'submit' in query) return query;
  return { ...query, queryMode: 'extended' };
}

/** Opens a session, hands it to `work` and closes it in the end. */
export async function withSession<T>(
  address: Address,
  options: ConnectOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await using session = await connect(address, options);
  return await work(session);
}

// In the start-up packet's `options` a backslash escapes white space and itself (PostgreSQL manual, libpq-connect).
function escapeOption(value: string): string {
  return value.replace(/[\\\s]/g, '\\$&');
}

/** Sends the protocol's CancelRequest (PostgreSQL manual, protocol-message-formats): 16 bytes on a connection of its own. */
export function cancelStatement({ host, port }: Address, client: pg.Client): void {
  const { processID, secretKey } = client as unknown as {
    processID: number | null;
    secretKey: number | null;
  };
  if (processID === null || secretKey === null) return;
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(80877102, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  const socket = net.connect(port, host, () => socket.end(packet));
  socket.on('error', () => {});
  // A server that has fallen silent never closes its side.
  socket.setTimeout(5000, () => socket.destroy());
}
