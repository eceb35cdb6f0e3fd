import type { AlterTableCmd, CreateStmt, Node } from 'libpg-query';
import type { Classified } from '../../sql/classified.ts';
import { rangeName, stringsOf } from '../../sql/nodes.ts';
import { anywhere, beforeRows, dumpSettings } from './dump-kinds.ts';
import { readInsertKind } from './plain-insert.ts';

const definingCommands =
  /^AT_(ColumnDefault|SetStatistics|SetStorage|SetCompression|SetOptions|SetRelOptions|AttachPartition|AddIdentity|AddInherit|AddOf|SetNotNull|SetAccessMethod|AlterColumnGenericOptions)$/;
const keyCommands = /^AT_(AddConstraint|ValidateConstraint|ClusterOn|DropCluster|ReplicaIdentity)$/;
const securityCommands = /^AT_(En|Dis)ableRowSecurity$|^AT_(No)?ForceRowSecurity$/;
const triggerCommands = /^AT_(En|Dis)able(Always|Replica)?(Trig|Rule)/;
const droppingCommands = /^AT_(DropConstraint|ColumnDefault)$/;

const pureConstraints = new Set([
  'CONSTR_NULL',
  'CONSTR_NOTNULL',
  'CONSTR_DEFAULT',
  'CONSTR_CHECK',
  'CONSTR_GENERATED',
  'CONSTR_IDENTITY',
]);
const serialTypes = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);

/**
 * Tells how far a script has the shape and the order of what pg_dump writes, by its statements alone: definitions, then
 * rows, then what belongs behind them. That far nobody can tell in which order it is restored.
 */
export class DumpShape {
  // Nothing is made yet, definitions are, rows are.
  #stage: 'new' | 'defined' | 'filled' = 'new';
  /** What acts on rows that come later, or depends on how many came before. */
  #acting: string | null = null;
  readonly #made = new Set<string>();
  readonly #standIns = new Set<string>();
  #dropsPublic = false;
  #hasKeys = false;

  /** True where the script takes the schema `public` away and never makes it again. */
  get dropsPublic(): boolean {
    return this.#dropsPublic;
  }

  /** What a statement is that does not fit, for people; null for one that does. `node` is null for one that is too long to parse. */
  meet(node: Node | null, classified: Classified): string | null {
    if (node === null) return this.#meetLong(classified);
    const [kind = ''] = Object.keys(node);
    if ('DropStmt' in node) return this.#drop(node);
    if ('AlterTableStmt' in node) return this.#alterTable(node);
    if ('VariableSetStmt' in node || 'SelectStmt' in node) return this.#query(node, classified);
    if (classified.phase === 'database setting') return null;
    if (classified.phase === 'skip') return isOnlyLooking(node) ? null : classified.what;
    if (classified.phase === 'refuse') return /^(Load|AlterSystem|Copy)/.test(kind) ? null : classified.what;
    if (kind === 'CreateTrigStmt' || kind === 'RuleStmt' || kind === 'RefreshMatViewStmt') {
      this.#acting ??= classified.what;
      return null;
    }
    if ('CreateTableAsStmt' in node) {
      const { objtype, into } = node.CreateTableAsStmt;
      return objtype === 'OBJECT_MATVIEW' && into?.skipData === true ? null : `${classified.what} with rows`;
    }
    if (this.#replaces(node)) return `another ${classified.what} ${classified.name}`;
    if ('CreateSchemaStmt' in node && classified.name === 'public') this.#dropsPublic = false;
    if (kind === 'IndexStmt') this.#hasKeys = true;
    if (anywhere.has(kind)) return kind === 'CreateSchemaStmt' ? this.#define() : null;
    if (!beforeRows.has(kind)) return nameOf(classified);
    if ('CreateStmt' in node && !isDumpedTable(node.CreateStmt)) return 'a table with keys of its own';
    return this.#stage === 'filled' ? `${classified.what} after rows` : this.#define();
  }

  /** The same for an INSERT; `fits` tells whether what writes a large object stands there. */
  meetRows(text: string, writesObject: boolean): string | null {
    // No trigger sees a large object, and no sequence.
    if (writesObject) return null;
    const kind = readInsertKind(text);
    // With a key that stands already it depends on the rows before it.
    if (kind === 'more' || (kind === 'unless there' && this.#hasKeys))
      return 'INSERT that is more than values';
    return this.#fill('rows');
  }

  /** The same for the rows of a COPY. */
  meetCopy(): string | null {
    return this.#fill('rows');
  }

  // One that is too long to be parsed is known by its first words alone.
  #meetLong({ phase, what }: Classified): string | null {
    const isDefinition = phase === 'define' && what !== 'block';
    return isDefinition && this.#stage !== 'filled' ? this.#define() : what;
  }

  #fill(what: string): string | null {
    if (this.#acting !== null) return `${what} after a ${this.#acting}`;
    this.#stage = 'filled';
    return null;
  }

  #define(): null {
    if (this.#stage === 'new') this.#stage = 'defined';
    return null;
  }

  // What --clean takes away before it is made; later on it would take away what was made.
  #drop(node: Extract<Node, { DropStmt: unknown }>): string | null {
    if (this.#stage !== 'new') return 'DROP';
    const { removeType, objects = [] } = node.DropStmt;
    if (removeType === 'OBJECT_SCHEMA' && objects.flatMap(stringsOf).includes('public'))
      this.#dropsPublic = true;
    return null;
  }

  #alterTable({ AlterTableStmt }: Extract<Node, { AlterTableStmt: unknown }>): string | null {
    const { cmds = [], objtype } = AlterTableStmt;
    const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
    if (objtype === 'OBJECT_FOREIGN_TABLE') return null;
    for (const command of commands) {
      const problem = this.#alter(command, objtype === 'OBJECT_INDEX');
      if (problem !== null) return problem;
    }
    return null;
  }

  #alter({ subtype = 'AT_AddColumn', def }: AlterTableCmd, onIndex: boolean): string | null {
    if (subtype === 'AT_ChangeOwner' || subtype === 'AT_SetTableSpace') return null;
    const drops = subtype === 'AT_DropConstraint' || (subtype === 'AT_ColumnDefault' && def === undefined);
    if (drops)
      return this.#stage === 'new' && droppingCommands.test(subtype)
        ? null
        : 'ALTER TABLE that drops something';
    if (keyCommands.test(subtype)) this.#hasKeys = true;
    if (keyCommands.test(subtype) || securityCommands.test(subtype)) return null;
    if (onIndex && subtype === 'AT_AttachPartition') return null;
    if (triggerCommands.test(subtype)) {
      this.#acting ??= 'setting of a trigger';
      return null;
    }
    if (!definingCommands.test(subtype)) return 'ALTER TABLE';
    return this.#stage === 'filled' ? 'ALTER TABLE after rows' : null;
  }

  #query(node: Node, classified: Classified): string | null {
    const targets = 'SelectStmt' in node ? (node.SelectStmt.targetList ?? []).length : 1;
    if (targets !== 1) return 'SELECT';
    if (classified.phase === 'sequence') {
      this.#acting ??= 'value of a sequence';
      return null;
    }
    if (classified.phase === 'skip') {
      if (/^(setting|statistics)$/.test(classified.what)) return skipped(node);
      // pg_dump takes large objects away before it makes them; later on that can be a redaction.
      return this.#stage === 'new' ? null : 'SELECT of a large object';
    }
    if (classified.phase !== 'setting') return isConstant(node) ? null : 'SELECT';
    if (dumpSettings.has(classified.name)) return null;
    const isContent = classified.name === 'xmloption' && /'?content'?\s*$/i.test(classified.sql ?? '');
    return isContent ? null : `setting ${classified.name}`;
  }

  /** Whether it makes what was made before, other than the real view in the place of pg_dump's stand-in. */
  #replaces(node: Node): boolean {
    const key = madeKey(node);
    if (key === null) return false;
    const isKnown = this.#made.has(key);
    this.#made.add(key);
    if (!('ViewStmt' in node)) return isKnown;
    if (isKnown && node.ViewStmt.replace === true && this.#standIns.delete(key)) return false;
    if (!isKnown && isStandIn(node.ViewStmt.query)) this.#standIns.add(key);
    return isKnown;
  }
}

// SET LOCAL and SET TRANSACTION are about a transaction, which the fast way has none of.
function skipped(node: Node): string | null {
  if (!('VariableSetStmt' in node)) return null;
  const { name = '', is_local: isLocal = false, kind } = node.VariableSetStmt;
  const isOwner = /^(role|session_authorization)$/i.test(name);
  return isOwner || (!isLocal && kind !== 'VAR_SET_MULTI') ? null : 'SET of a transaction';
}

// SELECT 1 changes nothing.
function isConstant(node: Node): boolean {
  if (!('SelectStmt' in node)) return false;
  const { targetList = [], fromClause = [], intoClause } = node.SelectStmt;
  const isPlain = (target: Node): boolean =>
    'ResTarget' in target && target.ResTarget.val !== undefined && 'A_Const' in target.ResTarget.val;
  return fromClause.length === 0 && intoClause === undefined && targetList.every(isPlain);
}

function isOnlyLooking(node: Node): boolean {
  return !('ExplainStmt' in node || 'ClusterStmt' in node);
}

function nameOf({ what, name, statement }: Classified): string {
  const verb = /^(update|delete|merge|truncate|call|do|with)\b/i.exec(statement.text)?.[0];
  const shown = verb?.toUpperCase() ?? what;
  return name === '' ? shown : `${shown} ${name}`;
}

function madeKey(node: Node): string | null {
  if ('ViewStmt' in node) return relationKey(rangeName(node.ViewStmt.view));
  if ('CreateStmt' in node) return relationKey(rangeName(node.CreateStmt.relation));
  if ('CreateSeqStmt' in node) return relationKey(rangeName(node.CreateSeqStmt.sequence));
  if ('CreateFunctionStmt' in node) {
    const { funcname = [], parameters = [] } = node.CreateFunctionStmt;
    const types = parameters.map((one) =>
      'FunctionParameter' in one
        ? stringsOf(one.FunctionParameter.argType && { TypeName: one.FunctionParameter.argType })
        : [],
    );
    return `function\0${JSON.stringify([funcname.flatMap(stringsOf), types])}`;
  }
  return null;
}

function relationKey(name: ReturnType<typeof rangeName>): string | null {
  return name === null ? null : `relation\0${name.schema ?? ''}\0${name.name}`;
}

// pg_dump's stand-in for a view that needs a key: SELECT NULL::integer AS id, …
function isStandIn(query: Node | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return false;
  const { targetList = [], fromClause = [] } = query.SelectStmt;
  return (
    fromClause.length === 0 &&
    targetList.every((target) => {
      const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
      const arg = unwrapCollation(value);
      return arg !== undefined && 'TypeCast' in arg && isNull(arg.TypeCast.arg);
    })
  );
}

function unwrapCollation(value: Node | undefined): Node | undefined {
  return value !== undefined && 'CollateClause' in value ? value.CollateClause.arg : value;
}

function isNull(node: Node | undefined): boolean {
  return node !== undefined && 'A_Const' in node && node.A_Const.isnull === true;
}

/** pg_dump writes keys apart from their table, and knows neither serial columns nor tables like others. */
function isDumpedTable({ relation, tableElts = [] }: CreateStmt): boolean {
  if (relation?.relpersistence === 't') return false;
  const isPure = (node: Node): boolean =>
    !('Constraint' in node) || pureConstraints.has(node.Constraint.contype ?? 'CONSTR_CHECK');
  return tableElts.every((element) => {
    if ('TableLikeClause' in element) return false;
    if (!('ColumnDef' in element)) return isPure(element);
    const { typeName, constraints = [] } = element.ColumnDef;
    const type = stringsOf(typeName && { TypeName: typeName }).at(-1) ?? '';
    return !serialTypes.has(type) && constraints.every(isPure);
  });
}
