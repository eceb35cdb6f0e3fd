import type pg from 'pg';

/**
 * Warns where a session is given a statement while it runs another one. `pg` would queue it, and will not any more in its
 * next version; whoever does so has a race, since nobody knows what has become of the first when the second has its turn.
 */
export function watchStatements(client: pg.Client): void {
  const query = client.query.bind(client) as (...words: unknown[]) => unknown;
  const watched = (...words: unknown[]): unknown => {
    if (isRunning(client)) {
      process.emitWarning(
        'A session was given a statement while it runs another one. Open a second session, or wait.',
        'DeprecationWarning',
        'ROCKPOOL_TWO_STATEMENTS',
      );
    }
    return query(...words);
  };
  client.query = watched as typeof client.query;
}

// pg has both and its types do not say so; what it offers itself is deprecated.
function isRunning(client: pg.Client): boolean {
  const { _activeQuery: running, _queryQueue: waiting } = client as unknown as {
    readonly _activeQuery: unknown;
    readonly _queryQueue: readonly unknown[];
  };
  return (running !== null && running !== undefined) || waiting.length > 0;
}
