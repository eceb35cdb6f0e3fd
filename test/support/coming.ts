import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** Clients that connect to one database again and again, stay for a moment each time, and note who was ended. */
export interface Coming extends AsyncDisposable {
  /** How many sessions have been in the database of this number. */
  entered(oid: string | undefined): number;
  /** How many sessions were ended by somebody (57P01) while they were in the database of this number. */
  endedIn(oid: string | undefined): number;
  /** What went wrong beside being refused or ended while databases change places. */
  readonly surprises: readonly string[];
  stop(): Promise<void>;
}

/** Lets so many clients come and go until they are stopped. */
export function comeAndGo(where: string | pg.ClientConfig, clients: number): Coming {
  const entered = new Map<string, number>();
  const ended = new Map<string, number>();
  const surprises: string[] = [];
  let going = true;
  const stay = async (): Promise<void> => {
    const client = new pg.Client(typeof where === 'string' ? { connectionString: where } : where);
    let inside: string | null = null;
    let wasEnded = false;
    const note = (error: unknown): void => {
      if ((error as { code?: string }).code === '57P01') wasEnded = true;
      else if (!isDisconnect(error)) surprises.push(String(error));
    };
    client.on('error', note);
    try {
      await client.connect();
      const { rows } = await client.query<{ oid: string }>(
        'SELECT oid::text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()',
      );
      inside = rows[0]?.oid ?? '';
      entered.set(inside, (entered.get(inside) ?? 0) + 1);
      for (let asked = 0; asked < 10 && going && !wasEnded; asked += 1) {
        await client.query('SELECT 1');
        await wait(20);
      }
    } catch (error) {
      note(error);
    }
    await client.end().catch(() => {});
    if (wasEnded && inside !== null) ended.set(inside, (ended.get(inside) ?? 0) + 1);
  };
  const all = Array.from({ length: clients }, async () => {
    while (going) {
      await stay();
      await wait(10);
    }
  });
  const stop = async (): Promise<void> => {
    going = false;
    await Promise.all(all);
  };
  return {
    entered: (oid = '') => entered.get(oid) ?? 0,
    endedIn: (oid = '') => ended.get(oid) ?? 0,
    surprises,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Refused while databases change places, or ended by it: the next try finds the fresh copy. */
export function isDisconnect(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return (
    ['57P01', '55000', '3D000', 'ECONNRESET', 'EPIPE'].includes(code ?? '') ||
    /terminated|not queryable|connection error/i.test(message)
  );
}
