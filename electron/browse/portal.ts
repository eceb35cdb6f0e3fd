import type pg from 'pg';
import type { Cell } from '../contract/browse.ts';

/** A column of a result, by the number of its type. */
export interface PortalColumn {
  readonly name: string;
  readonly type: number;
  readonly modifier: number;
}

export interface PortalResult {
  readonly columns: readonly PortalColumn[];
  readonly rows: readonly Cell[][];
  /** True where rows were left out. */
  readonly more: boolean;
}

export interface PortalLimits {
  readonly rows: number;
  /** From how many characters on a value is cut. */
  readonly cell: number;
  /** How many characters all rows may have. */
  readonly characters: number;
}

// The parts of pg's connection that a query of one's own speaks to, as pg-cursor does; pg has no types for them.
interface Connection {
  parse(message: { text: string; name: string; types: number[] }): void;
  bind(message: { portal: string; statement: string; values: unknown[]; binary: boolean }): void;
  describe(message: { type: 'P' | 'S'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: 'P'; name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}

/**
 * Runs one statement and takes its first rows only: the server stops working once the limits are reached. The extended
 * protocol takes no second statement after it. With `check` the statement is parsed and not run.
 */
export function runPortal(
  client: pg.Client,
  sql: string,
  limits: PortalLimits,
  { check = false } = {},
): Promise<PortalResult> {
  return new Promise((resolve, reject) => {
    const portal = new Portal(sql, limits, check, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
    client.query(portal as unknown as pg.Submittable);
  });
}

const rowsAtOnce = 50;

class Portal {
  readonly #sql: string;
  readonly #limits: PortalLimits;
  readonly #check: boolean;
  readonly #done: (error: Error | null, result: PortalResult) => void;
  #columns: PortalColumn[] = [];
  readonly #rows: Cell[][] = [];
  #characters = 0;
  #more = false;

  constructor(
    sql: string,
    limits: PortalLimits,
    check: boolean,
    done: (error: Error | null, result: PortalResult) => void,
  ) {
    this.#sql = sql;
    this.#limits = limits;
    this.#check = check;
    this.#done = done;
  }

  submit(connection: Connection): void {
    connection.parse({ text: this.#sql, name: '', types: [] });
    if (this.#check) {
      connection.describe({ type: 'S', name: '' });
      connection.sync();
      return;
    }
    connection.bind({ portal: '', statement: '', values: [], binary: false });
    connection.describe({ type: 'P', name: '' });
    this.#execute(connection);
  }

  #execute(connection: Connection): void {
    // One row more than wanted tells whether there are more.
    connection.execute({ portal: '', rows: Math.min(rowsAtOnce, this.#limits.rows + 1 - this.#rows.length) });
    connection.flush();
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.#columns = fields.map((field) => ({
      name: field.name,
      type: field.dataTypeID,
      modifier: field.dataTypeModifier,
    }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#isFull) {
      this.#more = true;
      return;
    }
    const cells = fields.map((text) => this.#cut(text));
    this.#rows.push(cells);
  }

  #cut(text: string | null): Cell {
    if (text === null) return null;
    const { cell } = this.#limits;
    this.#characters += text.length;
    if (text.length <= cell) return text;
    // By way of bytes: a slice would keep the whole text in memory.
    return { text: Buffer.from(text.slice(0, cell)).toString(), bytes: Buffer.byteLength(text) };
  }

  get #isFull(): boolean {
    return this.#rows.length >= this.#limits.rows || this.#characters >= this.#limits.characters;
  }

  handlePortalSuspended(connection: Connection): void {
    const mayBeLast = !this.#more && this.#rows.length >= this.#limits.rows;
    if (!this.#isFull || mayBeLast) {
      this.#execute(connection);
      return;
    }
    this.#more = true;
    connection.close({ type: 'P', name: '' });
    connection.sync();
  }

  handleCommandComplete(_message: unknown, connection: Connection): void {
    connection.sync();
  }

  handleEmptyQuery(connection: Connection): void {
    connection.sync();
  }

  handleCopyInResponse(connection: Connection): void {
    connection.sendCopyFail('the console only reads');
  }

  handleCopyData(): void {}

  /** pg hands over nothing of a query after its error, so this is its end; the next query waits until the server is ready. */
  handleError(error: Error, connection: Connection): void {
    // After an error the server skips all messages up to a sync; where the connection itself is gone there is none.
    if ((error as { severity?: unknown }).severity !== undefined) connection.sync();
    this.#done(error, { columns: [], rows: [], more: false });
  }

  handleReadyForQuery(): void {
    this.#done(null, { columns: this.#columns, rows: this.#rows, more: this.#more });
  }
}
