import pg from 'pg';
import type { Session } from '../sql/connect.ts';
import { accountFor } from './accounted.ts';
import { type Deadline, withDeadline } from './deadline.ts';
import type { PlannedStatement } from './plan.ts';
import { applySettings, type Settings } from './settings.ts';

/** What workers share: who ends a session that does not end by itself, and who hears of refused settings. */
export interface WorkerContext extends Deadline {
  readonly onSettingProblem: (name: string) => void;
}

/** One session of the restoring role. */
export class Worker {
  readonly session: Session;
  readonly #context: WorkerContext;
  #settings: Settings | null = null;

  constructor(session: Session, context: WorkerContext) {
    this.session = session;
    this.#context = context;
  }

  /** Runs a statement of the archive with the settings of its script. Throws what `pg` throws, or `timeout`. */
  async run(planned: PlannedStatement): Promise<void> {
    await this.#use(planned.settings);
    const { file, line } = planned.statement;
    await this.#withDeadline(`line ${line} of ${file}`, { file, line }, () =>
      this.session.client.query(planned.statement.text),
    );
    accountFor(planned);
  }

  /** Runs a statement of ours that makes the server run code of the archive. */
  async runOurs(what: string, sql: string): Promise<pg.QueryResult> {
    await this.#use(ourSettings);
    return await this.#withDeadline(what, {}, () => this.session.client.query(sql));
  }

  /** Lays the settings of a script, before a transaction begins in which its statements run. */
  async prepare(settings: Settings): Promise<void> {
    await this.#use(settings);
  }

  /** Forgets what a script has set, for statements of ours. */
  async clear(): Promise<void> {
    await this.#use(ourSettings);
  }

  async #use(settings: Settings): Promise<void> {
    if (this.#settings === settings) return;
    this.#settings = null;
    await applySettings(this.session, settings, this.#context.onSettingProblem);
    this.#settings = settings;
  }

  #withDeadline<T>(
    what: string,
    detail: Record<string, string | number>,
    work: () => Promise<T>,
  ): Promise<T> {
    return withDeadline(this.#context, this.session, { what, detail }, work);
  }
}

const ourSettings: Settings = { path: [], sql: [] };

/** True for an error that says that the session is gone. */
export function isSessionGone(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^57P0/.test(error.code ?? '');
}
