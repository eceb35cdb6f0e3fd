import type { ArchiveContents } from '../archives/contents.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { Skipped } from '../contract/report.ts';
import type { Classified, RunnableStatement, RunPhase } from '../sql/classified.ts';
import { classify } from '../sql/classify.ts';
import { splitCommands } from '../sql/commands.ts';
import type { DatabaseSetting } from '../sql/database-settings.ts';
import type { MaybeQualified } from '../sql/nodes.ts';
import { loadParser } from '../sql/parser.ts';
import type { QualifiedName } from '../sql/quote.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { splitStatements } from '../sql/split-statements.ts';
import { changeSettings, firstSettings, type Settings } from './settings.ts';
import { summarizeSkipped } from './skipped.ts';

/** A statement with the settings that its script had made by then. */
export interface PlannedStatement extends RunnableStatement {
  readonly settings: Settings;
}

/** A name as a statement has it, with the settings by which it is found. */
export interface PlannedName {
  readonly table: MaybeQualified | null;
  readonly settings: Settings;
}

/** All statements of an archive by their turn, each in the order of the scripts. */
export interface Plan {
  readonly statements: Readonly<Record<RunPhase, readonly PlannedStatement[]>>;
  /** Schemas that statements make or use. */
  readonly schemas: readonly string[];
  readonly extensions: readonly { readonly name: string; readonly schema: string | null }[];
  /** Materialized views that are to be filled, as far as the archive says so; each once. */
  readonly refreshes: readonly PlannedName[];
  /** What sessions of the database begin with. */
  readonly databaseSettings: readonly DatabaseSetting[];
  /** What admin makes before a script begins that only says so further on. */
  readonly early: { readonly schemas: ReadonlySet<string>; readonly extensions: ReadonlySet<string> };
  /** The settings at the end of the last script. */
  readonly endSettings: Settings;
  /** Names of all settings that scripts make. */
  readonly settings: readonly string[];
  readonly skipped: readonly Skipped[];
}

/**
 * Reads all scripts of an archive. Throws `sql_refused` for what a dataset must not hold and `sql_invalid` for what is
 * no SQL, each with its file and line.
 */
export async function readPlan(contents: ArchiveContents, signal: AbortSignal): Promise<Plan> {
  const parser = await loadParser();
  const draft = new PlanDraft();
  draft.tellsDoubles = contents.isComplete === true;
  for (const script of contents.scripts) {
    let settings = firstSettings;
    const statements =
      script.statements === undefined
        ? splitStatements(await script.read(), script.file)
        : await script.statements();
    for (const statement of statements.flatMap((whole) => splitCommands(parser, whole))) {
      signal.throwIfAborted();
      const classified = classify(parser, statement);
      if (classified.phase === 'setting') settings = changeSettings(settings, classified);
      draft.add(classified, settings);
    }
    draft.endSettings = settings;
  }
  const before = draft.plan();
  let settings = draft.endSettings;
  for (const statement of contents.replay?.ahead ?? []) {
    const classified = classify(parser, statement);
    if (classified.phase === 'setting') settings = changeSettings(settings, classified);
    if (classified.phase === 'extension' || classified.what === 'database setting')
      draft.add(classified, settings);
  }
  return { ...draft.plan(), early: newOf(before, draft.plan()) };
}

class PlanDraft {
  endSettings: Settings = firstSettings;
  /** The schema files of single tables repeat what several tables share; a dump does not. */
  tellsDoubles = false;
  readonly #refreshes: PlannedName[] = [];
  readonly #databaseSettings = new Map<string, DatabaseSetting['value']>();
  readonly #statements: Record<RunPhase, PlannedStatement[]> = {
    define: [],
    data: [],
    sequence: [],
    index: [],
    constraint: [],
    'foreign-key': [],
    late: [],
    matview: [],
  };
  readonly #schemas = new Set<string>();
  readonly #extensions = new Map<string, { name: string; schema: string | null }>();
  readonly #settings = new Set<string>();
  readonly #skipped: Skipped[] = [];
  readonly #seen = new Set<string>();

  add(classified: Classified, settings: Settings): void {
    const { name, what } = classified;
    switch (classified.phase) {
      case 'setting':
        this.#settings.add(name);
        return;
      case 'refuse':
        throw refused(classified.statement, what, classified.reason);
      case 'skip':
        this.#skipped.push({ what, name, reason: classified.reason });
        return;
      case 'schema':
        this.#schemas.add(name);
        return;
      case 'extension':
        this.#addExtension(name, classified.schema ?? placeOf(settings));
        return;
      case 'refresh':
        if (!classified.empties) this.#refreshes.push({ table: classified.table, settings });
        return;
      case 'database setting':
        if (classified.value === null) this.#databaseSettings.delete(name);
        else this.#databaseSettings.set(name, classified.value);
        return;
      default:
        this.#addRunnable({ ...classified, settings });
    }
  }

  #addExtension(name: string, schema: string): void {
    if (!this.#extensions.has(name)) this.#extensions.set(name, { name, schema });
    if (schema !== 'pg_catalog') this.#schemas.add(schema);
  }

  #addRunnable(planned: PlannedStatement): void {
    const { table, makes, phase, statement } = planned;
    const schema = table?.schema ?? ownPath(planned.settings)[0] ?? '';
    if (phase === 'define' && schema !== '' && table !== null) this.#schemas.add(schema);
    if (phase === 'constraint' || phase === 'foreign-key' || phase === 'index') {
      if (makes !== null && this.#known(`${phase === 'index' ? '' : table?.name}\0${schema}\0${makes}`)) {
        this.#double(planned);
        return;
      }
    }
    const repeats =
      phase !== 'data' && phase !== 'sequence' && planned.what !== 'block' && planned.what !== 'query';
    if (repeats && this.#known(`${planned.settings.path.join()}\0${statement.text}`)) {
      this.#double(planned);
      return;
    }
    this.#statements[phase].push(planned);
    if (phase === 'matview' && planned.isEmpty !== true) {
      this.#refreshes.push({ table, settings: planned.settings });
    }
  }

  #double({ what, name, statement }: PlannedStatement): void {
    if (!this.tellsDoubles) return;
    const reason = `it is made twice; line ${statement.line} of ${statement.file} was left out`;
    this.#skipped.push({ what, name, reason });
  }

  #known(key: string): boolean {
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  plan(): Omit<Plan, 'early'> {
    return {
      statements: this.#statements,
      schemas: [...this.#schemas].filter((name) => !/^pg_|^information_schema$/.test(name)),
      extensions: [...this.#extensions.values()],
      refreshes: this.#refreshes,
      databaseSettings: [...this.#databaseSettings].map(([name, value]) => ({ name, value })),
      endSettings: this.endSettings,
      settings: [...this.#settings],
      skipped: summarizeSkipped(this.#skipped),
    };
  }
}

function newOf(before: Pick<Plan, 'schemas' | 'extensions'>, all: typeof before): Plan['early'] {
  const known = new Set(before.extensions.map(({ name }) => name));
  return {
    schemas: new Set(all.schemas.filter((name) => !before.schemas.includes(name) && name !== 'public')),
    extensions: new Set(all.extensions.map(({ name }) => name).filter((name) => !known.has(name))),
  };
}

/** Where a statement's table is, as far as the statement and its search path tell. */
export function tableOf(
  { table, settings }: PlannedName,
  exists: (name: QualifiedName) => boolean,
): QualifiedName | null {
  if (table === null) return null;
  const { schema, name } = table;
  if (schema !== null) return { schema, name };
  const candidates = ownPath(settings).map((place) => ({ schema: place, name }));
  return candidates.find(exists) ?? candidates[0] ?? null;
}

// "$user" stands for a schema named like the user, which nobody has here.
function ownPath({ path }: Settings): readonly string[] {
  return path.filter((name) => name !== '$user');
}

// Where psql would put an extension that names no schema.
function placeOf(settings: Settings): string {
  return ownPath(settings).find((name) => !/^pg_/.test(name)) ?? 'public';
}

function refused({ file, line }: SqlStatement, what: string, reason: string): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    `${file} holds a statement that is not allowed: ${what} in line ${line}; ${reason}.`,
    {
      hint: 'Nothing of the dataset was kept. Take the statement out, or ask those who publish it.',
      detail: { file, line, statement: what },
    },
  );
}
