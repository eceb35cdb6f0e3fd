import type { Skipped } from '../contract/report.ts';
import { type Address, connect } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { quoteName } from '../sql/quote.ts';

/** Extensions that a script takes away again. Only admin may, and outside of the script's transaction. */
export class DroppedExtensions {
  readonly #admin: Address;
  readonly #waiting: { readonly name: string; readonly cascade: boolean }[] = [];

  /** `admin` leads to the database that is built. */
  constructor(admin: Address) {
    this.#admin = admin;
  }

  add(name: string, cascade: boolean): void {
    this.#waiting.push({ name, cascade });
  }

  /** Drops those that were added, once no transaction is open; one that is still needed stays and is reported. */
  async drop(skipped: Skipped[]): Promise<void> {
    if (this.#waiting.length === 0) return;
    await using admin = await connect(this.#admin, { settings: [['search_path', 'pg_catalog']] });
    for (const { name, cascade } of this.#waiting.splice(0)) {
      try {
        await admin.query(`DROP EXTENSION IF EXISTS ${quoteName(name)}${cascade ? ' CASCADE' : ''}`);
      } catch (error) {
        const state = sqlState(error);
        if (state === null) throw error;
        skipped.push({ what: 'drop', name, reason: `the extension is still needed (SQLSTATE ${state})` });
      }
    }
  }
}
