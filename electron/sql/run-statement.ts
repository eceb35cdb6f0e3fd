import type pg from 'pg';

// What pg hands to a query of somebody's own (lib/connection.js).
interface Connection {
  parse(query: { name: string; text: string; types: readonly number[] }): void;
  bind(config: { portal: string; statement: string; values: readonly unknown[] }): void;
  execute(config: { portal: string; rows: number }): void;
  sync(): void;
  readonly stream: { cork(): void; uncork(): void };
}

/**
 * Runs one statement by the extended protocol, which takes a single one whatever the text holds, and lets what it returns
 * go by: a script can ask for more rows than fit into memory. Throws what the server says.
 */
export function runStatement(client: pg.Client, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const nothing = (): void => {};
  const query = {
    callback: nothing,
    submit: (connection: Connection): void => {
      connection.stream.cork();
      connection.parse({ name: '', text, types: [] });
      connection.bind({ portal: '', statement: '', values: [] });
      connection.execute({ portal: '', rows: 0 });
      connection.sync();
      connection.stream.uncork();
    },
    handleRowDescription: nothing,
    handleDataRow: nothing,
    handlePortalSuspended: nothing,
    handleEmptyQuery: nothing,
    handleCommandComplete: nothing,
    handleCopyData: nothing,
    handleReadyForQuery: (): void => resolve(),
    handleError: (error: unknown): void => reject(error),
  };
  client.query(query as unknown as pg.Submittable);
  return promise;
}
