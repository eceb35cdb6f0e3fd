import { RockpoolError } from '../contract/errors.ts';
import { classify } from '../sql/classify.ts';
import { insertTarget } from '../sql/insert-target.ts';
import { loadParser } from '../sql/parser.ts';
import type { QualifiedName } from '../sql/quote.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { isMissing, sayFailure } from './define.ts';
import type { Filling } from './filling.ts';
import type { PlannedStatement } from './plan.ts';
import { sayReadError } from './rowerrors.ts';
import { changeSettings, firstSettings, type Settings } from './settings.ts';
import type { Worker } from './worker.ts';

// A commit costs about as much as a small INSERT.
const statementsPerCommit = 1000;

/**
 * Runs the INSERTs of an archive one after another, each as one statement, and commits now and then: the database is
 * nobody's yet. Throws `load_failed`, `schema_missing` and `sql_refused`, without a value of a row (faults F5).
 */
export async function addStatements(
  { crew, meter, room, request }: Filling,
  { wanted, absent }: InsertChoice,
): Promise<void> {
  const { statements = [] } = request.contents;
  if (statements.length === 0) return;
  const parser = await loadParser();
  await crew.run(0, async (worker) => {
    for (const { file, sizeBytes, open } of statements) {
      meter.describe(`Running the INSERTs of ${file}`);
      const run = new Inserting(worker);
      let settings = firstSettings;
      for await (const statement of open(crew.signal)) {
        crew.signal.throwIfAborted();
        if (startsRow.test(statement.text)) {
          await room.take(statement.text.length);
          if (isWanted(statement, settings, { wanted, absent })) await run.add(statement, settings);
          continue;
        }
        const classified = classify(parser, statement);
        if (classified.phase === 'setting') settings = changeSettings(settings, classified);
        else if (classified.phase !== 'skip') throw misplaced(statement);
      }
      await run.commit();
      meter.done(sizeBytes);
    }
  });
}

/** Which INSERTs are run. */
export interface InsertChoice {
  /** Only those for these tables, and all else that writes rows; null for all. */
  readonly wanted: readonly QualifiedName[] | null;
  /** Tables that were left out. */
  readonly absent: readonly QualifiedName[];
}

function isWanted({ text }: SqlStatement, { path }: Settings, { wanted, absent }: InsertChoice): boolean {
  const target = insertTarget(text);
  if (target === null) return true;
  const isOne = ({ schema, name }: QualifiedName): boolean =>
    name === target.table && (target.schema === null ? path.includes(schema) : target.schema === schema);
  return !absent.some(isOne) && (wanted === null || wanted.some(isOne));
}

// What follows the first words is for the server to read, which takes one statement and the rights of the role.
const startsRow =
  /^(insert\s+into|select\s+pg_catalog\.(lo_create|lo_open|lowrite|lo_close|lo_put|lo_from_bytea)\s*\()/i;
const opensObject = /^select\s+pg_catalog\.lo_open\b/i;
const closesObject = /^select\s+pg_catalog\.lo_close\b/i;

class Inserting {
  readonly #worker: Worker;
  #settings: Settings | null = null;
  #open = false;
  #count = 0;
  // A large object is open within its transaction only.
  #inObject = false;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  async add(statement: SqlStatement, settings: Settings): Promise<void> {
    if (settings !== this.#settings) await this.commit();
    this.#settings = settings;
    if (!this.#open) {
      await this.#worker.prepare(settings);
      await this.#worker.session.query('BEGIN');
      this.#open = true;
    }
    const planned = plan(statement, settings);
    try {
      await this.#worker.run(planned);
    } catch (error) {
      if (isMissing(error)) throw sayFailure({ planned, error });
      const { file, line } = statement;
      throw sayReadError(error, `The INSERT in line ${line} of ${file}`, { file, line });
    }
    if (opensObject.test(statement.text)) this.#inObject = true;
    if (closesObject.test(statement.text)) this.#inObject = false;
    this.#count++;
    if (this.#count % statementsPerCommit === 0 && !this.#inObject) await this.commit();
  }

  async commit(): Promise<void> {
    if (!this.#open) return;
    await this.#worker.session.query('COMMIT');
    this.#open = false;
  }
}

function plan(statement: SqlStatement, settings: Settings): PlannedStatement {
  return {
    statement,
    settings,
    phase: 'data',
    what: 'rows',
    name: '',
    table: null,
    makes: null,
    roles: [],
    notValid: false,
  };
}

function misplaced({ file, line }: SqlStatement): RockpoolError {
  return new RockpoolError('sql_refused', `Line ${line} of ${file} is no INSERT.`, {
    hint: 'Nothing of the dataset was kept. Ask those who publish it.',
    detail: { file, line },
  });
}
