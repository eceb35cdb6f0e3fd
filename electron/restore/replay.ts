import type { ReplayItem, ScriptReplay } from '../archives/contents.ts';
import { RockpoolError } from '../contract/errors.ts';
import { splitCommands } from '../sql/commands.ts';
import { lacksCompression, withoutCompression } from '../sql/compression-clause.ts';
import type { Address } from '../sql/connect.ts';
import { settingText } from '../sql/database-settings.ts';
import { sqlState } from '../sql/errors.ts';
import { loadParser, type SqlParser } from '../sql/parser.ts';
import { quoteName } from '../sql/quote.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { needsParts, type RunTreatment, run, treat } from '../sql/treatment.ts';
import { isAlready } from './define.ts';
import { DroppedExtensions } from './dropped-extensions.ts';
import type { Filling } from './filling.ts';
import { isDropOfNothing, leaveAbsentRows, leaveDependent } from './replay-absent.ts';
import { copyRows } from './replay-copy.ts';
import { problemOf, refused, sayReplayFailure } from './replay-failure.ts';
import type { ReplaySession } from './replay-session.ts';
import { SleepingTriggers } from './sleeping-triggers.ts';

/**
 * Runs the statements of a script one after another, as psql would: in one session, with the script's own transactions,
 * as the owner. What is left out is in the report; anything else that fails ends the restore. Every statement that was
 * read is accounted for, else the restore fails too.
 */
export class Replay {
  readonly #filling: Filling;
  readonly #session: ReplaySession;
  readonly #dropped: DroppedExtensions;
  readonly #parser: SqlParser;
  readonly triggers: SleepingTriggers;
  /** Tables that are to hide rows from their owner once the script has ended. */
  readonly forced = new Map<string, string>();
  #transactionLine: number | null = null;
  #accounted = 0;
  // What was made before the script came to it, for which it is nothing to do once it does.
  readonly #earlySchemas: Set<string>;
  readonly #earlyExtensions: Set<string>;
  /** A trigger or a rule that could not be made: rows must not change without it. */
  #lostActor: string | null = null;

  private constructor(filling: Filling, session: ReplaySession, admin: Address, parser: SqlParser) {
    this.#filling = filling;
    this.#session = session;
    this.#dropped = new DroppedExtensions(admin);
    this.#parser = parser;
    this.triggers = new SleepingTriggers(session);
    this.#earlySchemas = new Set(filling.plan.early.schemas);
    this.#earlyExtensions = new Set(filling.plan.early.extensions);
    const lost = filling.report.skipped.find(({ what }) => what === 'trigger' || what === 'rule');
    if (lost !== undefined) this.#lostActor = `the ${lost.what} ${lost.name}, which was left out`;
  }

  static async open(filling: Filling, session: ReplaySession, admin: Address): Promise<Replay> {
    return new Replay(filling, session, admin, await loadParser());
  }

  /** Runs all of it. Throws `sql_failed`, `sql_refused`, `sql_invalid`, `timeout`, `space_needed`. */
  async run(script: ScriptReplay, signal: AbortSignal): Promise<void> {
    const { meter } = this.#filling;
    meter.describe(`Running ${script.file} from line ${script.line} on`);
    for await (const item of script.open(signal)) {
      signal.throwIfAborted();
      await this.#take(item);
      if (item.kind !== 'connect') meter.done(Math.min(item.statement.text.length, script.sizeBytes));
      this.#watch(item);
    }
    await this.#session.flush();
    this.#requireReadable(script);
    await this.#endTransaction();
    if (this.#accounted === script.statements) return;
    throw new Error(
      `${script.statements} statements of ${script.file} were read, and ${this.#accounted} were run or are in the report`,
    );
  }

  async #take(item: ReplayItem): Promise<void> {
    if (item.kind === 'connect') {
      await this.#endTransaction();
      await this.#session.again();
      for (const setting of this.#filling.plan.databaseSettings) {
        const words = [setting.name, settingText(setting)];
        // One that the server does not take is in the report.
        await this.#session.ours(`SELECT pg_catalog.set_config($1, $2, false)`, words).catch(() => {});
      }
      return;
    }
    if (item.kind === 'copy') await this.#copy(item);
    else for (const part of this.#partsOf(item.statement)) await this.#statement(part);
    this.#accounted++;
  }

  #partsOf(statement: SqlStatement): SqlStatement[] {
    return needsParts(statement) ? splitCommands(this.#parser, statement) : [statement];
  }

  #watch(item: ReplayItem): void {
    if (!this.#session.inTransaction) this.#transactionLine = null;
    else if (item.kind === 'statement') this.#transactionLine ??= item.statement.line;
    if (item.kind !== 'connect') this.#requireReadable(item.statement);
  }

  #requireReadable({ file, line }: Pick<SqlStatement, 'file' | 'line'>): void {
    if (this.#session.isReadable) return;
    throw new RockpoolError(
      'sql_refused',
      `The statement in line ${line} of ${file} changes the encoding of the session by code.`,
      {
        hint: 'Nothing of the dataset was kept. Use SET client_encoding in the script itself.',
        detail: { file, line },
      },
    );
  }

  async #endTransaction(): Promise<void> {
    if (this.#session.inTransaction) {
      await this.#session.ours('ROLLBACK');
      this.#filling.report.warnings.push({
        code: 'transaction_open',
        message: `The transaction that is open from line ${this.#transactionLine} on never ends in a COMMIT: it was rolled back, as psql does.`,
      });
    }
    await this.#dropped.drop(this.#filling.report.skipped);
  }

  async #copy(item: Extract<ReplayItem, { kind: 'copy' }>): Promise<void> {
    const { statement } = item;
    const treatment = treat(this.#parser, statement);
    if (treatment.how === 'refuse') throw refused(statement, treatment);
    if (/\bformat\s+'?binary/i.test(statement.text))
      throw refused(statement, { what: 'COPY', reason: 'its rows are binary' });
    if (leaveAbsentRows(statement, this.#filling.report.skipped)) return;
    this.#requireActors(statement);
    await this.triggers.keepAsleep();
    await copyRows(this.#session, this.#parser, item, this.#filling.meter);
  }

  async #statement(statement: SqlStatement): Promise<void> {
    const { report } = this.#filling;
    const treatment = treat(this.#parser, statement);
    switch (treatment.how) {
      case 'run':
        return await this.#run(statement, treatment);
      case 'leave':
        report.skipped.push(treatment);
        return;
      case 'refuse':
        throw refused(statement, treatment);
      case 'schema':
        return await this.#schema(statement, treatment.name);
      case 'extension':
        this.#earlyExtensions.delete(treatment.name);
        return;
      case 'drop extension':
        return this.#dropExtension(treatment.names, treatment.cascade);
      case 'triggers':
        return await this.#guard(statement, () => this.triggers.setTable(treatment.table, treatment.asleep));
      case 'all triggers':
        return await this.#guard(statement, () => this.triggers.setAll(treatment.asleep));
      case 'forced row security': {
        // Rows must be seen by what follows, as psql's superuser sees them.
        const name = `${treatment.table.schema ?? ''}\0${treatment.table.name}`;
        if (treatment.force) this.forced.set(name, statement.text);
        else this.forced.delete(name);
        return;
      }
      case 'drop constraint':
        if (await this.triggers.forget(treatment.table, treatment.name)) return;
        return await this.#run(statement, run('ALTER TABLE', treatment.name));
      default:
    }
  }

  async #run(statement: SqlStatement, treatment: RunTreatment): Promise<void> {
    if (treatment.changesRows) {
      this.#requireActors(statement);
      await this.triggers.keepAsleep();
    }
    // Where rows may have to be passed over each statement is waited for.
    const mayLeave = this.#filling.report.skipped.some(({ what }) => what === 'table');
    if (isSentAhead(statement) && !mayLeave) return await this.#session.runAhead(statement);
    const absent = await this.#absentRoles(treatment.roles);
    if (absent.length > 0) return this.#leave(treatment, `the role ${absent.join(', ')} is not here`);
    try {
      await (treatment.optional && treatment.inSavepoint
        ? this.#session.try(statement)
        : this.#session.run(statement));
    } catch (error) {
      await this.#failed(statement, treatment, error);
    }
    if (!this.#session.inTransaction) await this.#dropped.drop(this.#filling.report.skipped);
  }

  /** What of a failure is no reason to stop: psql goes on behind each, and what it leaves then is what is here. */
  async #failed(statement: SqlStatement, treatment: RunTreatment, error: unknown): Promise<void> {
    if (sqlState(error) === null) throw sayReplayFailure(statement, error);
    if (lacksCompression(error) && !this.#session.inTransaction) {
      const nearest = withoutCompression(this.#parser, statement);
      if (nearest !== null) {
        this.#filling.report.skipped.push({
          what: 'compression',
          name: treatment.name,
          reason: 'the server is built without lz4',
        });
        return nearest.text === null
          ? undefined
          : await this.#run({ ...statement, text: nearest.text }, treatment);
      }
    }
    const { skipped } = this.#filling.report;
    const where = `line ${statement.line} of ${statement.file}`;
    // A transaction of the script has failed as a whole, which only what was tried in a savepoint has not done.
    const isOver = !treatment.optional && this.#session.inTransaction;
    const makes = /^create\b/i.test(statement.text);
    if (!isOver && isAlready(error) && makes)
      return this.#leave(treatment, `it is there already; ${where} was left out`);
    if (!isOver && isDropOfNothing(statement, error, skipped))
      return this.#leave(treatment, `there is nothing of that name; ${where} was left out`);
    if (treatment.acts)
      this.#lostActor ??= `the ${treatment.what} ${treatment.name} of line ${statement.line}, which could not be made`;
    // What an ALTER TABLE needs besides its table can be what it redacts with.
    const needsTable = /^alter\b/i.test(statement.text) && sqlState(error) === '42P01';
    const mayLeave = !isOver && (makes || treatment.optional || needsTable);
    if (mayLeave && leaveDependent(statement, treatment, error, skipped)) return;
    if (!isOver && leaveAbsentRows(statement, skipped)) return;
    if (!treatment.optional) throw sayReplayFailure(statement, error);
    this.#leave(treatment, `${where} failed: ${problemOf(error)}`);
  }

  // A trigger can be what redacts: rows do not change where one is missing that psql would have made.
  #requireActors({ file, line }: SqlStatement): void {
    if (this.#lostActor === null) return;
    throw new RockpoolError(
      'sql_failed',
      `Line ${line} of ${file} changes rows without ${this.#lostActor}.`,
      {
        hint: 'Nothing of the dataset was kept: that may be what makes its rows safe. Ask those who publish it.',
        detail: { file, line },
      },
    );
  }

  async #schema(statement: SqlStatement, name: string): Promise<void> {
    if (this.#earlySchemas.delete(name)) return;
    const exists = /^create\s+schema\s+if\s+not\s+exists\b/i.test(statement.text) ? 'IF NOT EXISTS ' : '';
    // Its owner is the owner of all.
    await this.#run({ ...statement, text: `CREATE SCHEMA ${exists}${quoteName(name)}` }, run('schema', name));
  }

  #dropExtension(names: readonly string[], cascade: boolean): void {
    for (const name of names) {
      // One that the script has not come to is not there for it.
      if (!this.#earlyExtensions.has(name)) this.#dropped.add(name, cascade);
    }
  }

  async #guard(statement: SqlStatement, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw sayReplayFailure(statement, error);
    }
  }

  async #absentRoles(roles: readonly string[]): Promise<string[]> {
    if (roles.length === 0) return [];
    const rows = await this.#session.ours<{ name: string }>(
      'SELECT r AS name FROM pg_catalog.unnest($1::text[]) r WHERE r NOT IN (SELECT rolname::text FROM pg_catalog.pg_roles)',
      [roles],
    );
    return rows.map(({ name }) => name);
  }

  #leave({ what, name }: Pick<RunTreatment, 'what' | 'name'>, reason: string): void {
    this.#filling.report.skipped.push({ what, name, reason });
  }
}

/** What changes rows and returns none: the answer to it is nothing but that it was done. */
function isSentAhead({ text }: SqlStatement): boolean {
  return /^(insert|update|delete|merge)\b/i.test(text) && !/\breturning\b/i.test(text);
}
