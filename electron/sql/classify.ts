import type { AlterTableCmd, Constraint, FuncCall, Node } from 'libpg-query';
import type { Classified, RunnableStatement, RunPhase } from './classified.ts';
import { databaseSetting } from './database-settings.ts';
import { commentPhases, refusedKinds, runKinds, skippedKinds } from './kinds.ts';
import {
  callsIn,
  constantOf,
  type MaybeQualified,
  nameOf,
  rangeName,
  rolesOf,
  searchPathOf,
  stringsOf,
} from './nodes.ts';
import type { SqlParser } from './parser.ts';
import type { SqlStatement } from './split-items.ts';
import { classifyByWords, isTooLong } from './words.ts';

// Whoever reads a dump has to look at a statement before the restore does.
const known = new WeakMap<SqlStatement, Classified>();

/** Says what a statement is and when it has its turn. Throws `sql_invalid` for what is no SQL. */
export function classify(parser: SqlParser, statement: SqlStatement): Classified {
  return known.get(statement) ?? classifyWithNode(parser, statement).classified;
}

/** The same with the statement's tree, which is null for one that is too long to be parsed. */
export function classifyWithNode(
  parser: SqlParser,
  statement: SqlStatement,
): { readonly node: Node | null; readonly classified: Classified } {
  const node = isTooLong(statement) ? null : parser.parse(statement);
  const classified = node === null ? classifyByWords(statement) : classifyNode(node, statement);
  known.set(statement, classified);
  return { node, classified };
}

function classifyNode(node: Node, statement: SqlStatement): Classified {
  const [kind = ''] = Object.keys(node);
  const name = nameOf(node);
  const run = (phase: RunPhase, what: string, more: Partial<RunnableStatement> = {}): RunnableStatement => ({
    statement,
    phase,
    what,
    name,
    table: null,
    makes: null,
    roles: [],
    notValid: false,
    ...more,
  });
  const skip = (what: string, reason: string): Classified => ({
    statement,
    phase: 'skip',
    what,
    name,
    reason,
  });
  const refuse = (what: string, reason: string): Classified => ({
    statement,
    phase: 'refuse',
    what,
    name,
    reason,
  });

  if ('VariableSetStmt' in node) return setting(node.VariableSetStmt, statement);
  if ('SelectStmt' in node) return select(node, statement, { run, skip, refuse });
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [], objtype } = node.AlterTableStmt;
    const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
    return alterTable(rangeName(relation), commands, objtype === 'OBJECT_INDEX', run, skip);
  }
  if ('CreateExtensionStmt' in node) {
    const schema = node.CreateExtensionStmt.options?.flatMap((option) =>
      'DefElem' in option && option.DefElem.defname === 'schema' ? stringsOf(option.DefElem.arg) : [],
    )[0];
    return { statement, phase: 'extension', what: 'extension', name, schema: schema ?? null };
  }
  if ('CreateSchemaStmt' in node) {
    return (node.CreateSchemaStmt.schemaElts ?? []).length === 0
      ? { statement, phase: 'schema', what: 'schema', name }
      : refuse('schema', 'it holds statements inside CREATE SCHEMA');
  }
  if ('IndexStmt' in node) {
    return run('index', 'index', {
      table: rangeName(node.IndexStmt.relation),
      makes: node.IndexStmt.idxname ?? null,
    });
  }
  if ('CreateTableAsStmt' in node) {
    const { objtype, into } = node.CreateTableAsStmt;
    const table = rangeName(into?.rel);
    return objtype === 'OBJECT_MATVIEW'
      ? run('matview', 'materialized view', { table, isEmpty: into?.skipData === true })
      : run('define', 'table', { table });
  }
  if ('CreateStmt' in node) return run('define', 'table', { table: rangeName(node.CreateStmt.relation) });
  if ('ViewStmt' in node) return run('define', 'view', { table: rangeName(node.ViewStmt.view) });
  if ('CreateSeqStmt' in node)
    return run('define', 'sequence', { table: rangeName(node.CreateSeqStmt.sequence) });
  if ('RefreshMatViewStmt' in node) {
    const { relation, skipData } = node.RefreshMatViewStmt;
    return {
      statement,
      phase: 'refresh',
      what: 'materialized view',
      name,
      table: rangeName(relation),
      empties: skipData === true,
    };
  }
  if ('AlterDatabaseSetStmt' in node) {
    const set = node.AlterDatabaseSetStmt.setstmt;
    const found = set === undefined ? null : databaseSetting(set);
    if (found !== null) {
      const database = node.AlterDatabaseSetStmt.dbname ?? '';
      return { statement, phase: 'database setting', what: 'database setting', ...found, database };
    }
  }
  if ('CreateTrigStmt' in node)
    return run('late', 'trigger', { table: rangeName(node.CreateTrigStmt.relation) });
  if ('RuleStmt' in node) return run('late', 'rule', { table: rangeName(node.RuleStmt.relation) });
  if ('CreatePolicyStmt' in node) {
    const { table, roles } = node.CreatePolicyStmt;
    return run('late', 'policy', { table: rangeName(table), roles: rolesOf(roles) });
  }
  if ('CommentStmt' in node) {
    const phase = commentPhases[node.CommentStmt.objtype ?? 'OBJECT_TABLE'] ?? 'define';
    return phase === 'skip' ? skip('comment', 'only the owner of all may set it') : run(phase, 'comment');
  }
  if ('CopyStmt' in node) {
    const { is_from, is_program, filename } = node.CopyStmt;
    if (is_program || filename !== undefined)
      return refuse('COPY', 'it reads or writes a file of the server');
    return is_from ? refuse('COPY', 'rows belong into CSV files') : skip('COPY', 'it only reads');
  }
  if ('CreateFunctionStmt' in node) {
    const language = node.CreateFunctionStmt.options?.flatMap((option) =>
      'DefElem' in option && option.DefElem.defname === 'language' ? stringsOf(option.DefElem.arg) : [],
    )[0];
    if (language === 'c' || language === 'internal') return refuse('function', `its language is ${language}`);
    return run('define', 'function');
  }
  if ('CreatePLangStmt' in node) {
    return name === 'plpgsql'
      ? skip('language', 'it is there already')
      : refuse('language', 'languages are not made');
  }
  const refused = refusedKinds[kind];
  if (refused !== undefined) return refuse(refused[0], refused[1]);
  const skipped = skippedKinds[kind];
  if (skipped !== undefined) return skip(skipped[0], skipped[1]);
  const phase = runKinds[kind];
  if (phase !== undefined) return run(phase[0], phase[1]);
  return refuse(kind.replace(/Stmt$/, ''), 'it has no place in a dataset');
}

type Run = (phase: RunPhase, what: string, more?: Partial<RunnableStatement>) => RunnableStatement;
type Skip = (what: string, reason: string) => Classified;
type SelectNode = Extract<Node, { SelectStmt: unknown }>;

interface Says {
  readonly run: Run;
  readonly skip: Skip;
  readonly refuse: Skip;
}

function setting(
  set: Extract<Node, { VariableSetStmt: unknown }>['VariableSetStmt'],
  statement: SqlStatement,
): Classified {
  const { kind, name = '', args = [], is_local = false } = set;
  const base = { statement, what: 'setting', name: name.toLowerCase() };
  if (base.name === 'role' || base.name === 'session_authorization') {
    return { ...base, phase: 'skip', reason: 'everything belongs to the owner of the dataset' };
  }
  if (kind === 'VAR_SET_MULTI' || is_local) {
    return { ...base, phase: 'skip', reason: 'it is about one transaction' };
  }
  const resets = kind !== 'VAR_SET_VALUE';
  const path = base.name === 'search_path' && !resets ? args.flatMap(stringsOf) : null;
  return { ...base, phase: 'setting', sql: resets ? null : statement.text, path };
}

// Every target is looked at, and every call wherever it stands: what the first one says may not speak for the others.
function select(node: SelectNode, statement: SqlStatement, { run, skip, refuse }: Says): Classified {
  const called = callsIn(node).map(nameOfCall);
  if (called.some((name) => /^pg_(restore|clear)_\w+_stats$/.test(name))) {
    return skip('statistics', 'they hold values of the original rows; new ones are made');
  }
  const targets = targetCalls(node.SelectStmt);
  if (called.includes('set_config')) return configured(node, statement, { run, skip, refuse });
  if (targets.some((call) => /^lo_|^lo(write|read)$/.test(nameOfCall(call)))) {
    return skip('large object', 'large objects are not restored');
  }
  const [first, ...others] = targets;
  if (first === undefined) return run('define', 'query');
  const name = nameOfCall(first);
  if (name === 'setval' && others.every((call) => nameOfCall(call) === 'setval')) {
    return { ...run('sequence', 'value of a sequence'), name: constantArgs(first)[0] ?? '' };
  }
  return { ...run('define', 'query'), name };
}

function configured(node: SelectNode, statement: SqlStatement, { skip, refuse }: Says): Classified {
  const { targetList = [] } = node.SelectStmt;
  const [call] = targetCalls(node.SelectStmt);
  const [setting, value] = call === undefined ? [] : constantArgs(call);
  const alone = call !== undefined && targetList.length === 1 && nameOfCall(call) === 'set_config';
  if (!alone || typeof setting !== 'string' || callsIn(node).length > 1 || !isPlain(node.SelectStmt)) {
    return refuse('setting', 'it sets something beside other things; each setting is a statement of its own');
  }
  const name = setting.toLowerCase();
  if (name === 'role' || name === 'session_authorization') {
    return skip('setting', 'everything belongs to the owner');
  }
  const path = name === 'search_path' ? searchPathOf(value ?? '') : null;
  return { statement, phase: 'setting', what: 'setting', name, sql: statement.text, path };
}

// True for a SELECT of targets and nothing else.
function isPlain(select: SelectNode['SelectStmt']): boolean {
  const parts = ['targetList', 'limitOption', 'op'];
  return Object.keys(select).every((part) => parts.includes(part));
}

function targetCalls({ targetList = [] }: SelectNode['SelectStmt']): FuncCall[] {
  return targetList.flatMap((target) => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    return value !== undefined && 'FuncCall' in value ? [value.FuncCall] : [];
  });
}

const nameOfCall = ({ funcname = [] }: FuncCall): string => funcname.flatMap(stringsOf).at(-1) ?? '';
const constantArgs = ({ args = [] }: FuncCall): (string | null)[] => args.map(constantOf);

const lateCommands =
  /^AT_((En|Dis)able(Always|Replica)?(Trig|Rule)|(En|Dis)ableRowSecurity|(No)?ForceRowSecurity|ReplicaIdentity|ClusterOn|DropCluster|ValidateConstraint)/;

function alterTable(
  table: MaybeQualified | null,
  commands: readonly AlterTableCmd[],
  onIndex: boolean,
  run: Run,
  skip: Skip,
): Classified {
  const first = commands[0];
  const type = first?.subtype ?? 'AT_AddColumn';
  if (commands.every(({ subtype }) => subtype === 'AT_ChangeOwner')) {
    return skip('owner', 'everything belongs to the owner of the dataset');
  }
  if (type === 'AT_SetTableSpace') return skip('tablespace', 'tablespaces are not restored');
  if (type === 'AT_DropConstraint') return skip('drop', 'the database is new');
  if (onIndex) return run('index', 'index setting', { table });
  const added = commands.flatMap(({ subtype, def }) =>
    subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def ? [def.Constraint] : [],
  );
  const foreign = added.find(({ contype }) => contype === 'CONSTR_FOREIGN');
  const constraint = foreign ?? added[0];
  if (constraint !== undefined) {
    const makes = constraint.conname ?? null;
    const notValid = constraint.skip_validation === true;
    const phase = foreign === undefined ? 'constraint' : 'foreign-key';
    return {
      ...run(phase, constraintWord(constraint), { table, makes, notValid }),
      name: makes ?? table?.name ?? '',
    };
  }
  if (commands.some(({ subtype }) => lateCommands.test(subtype ?? '')))
    return run('late', 'table setting', { table });
  return run('define', 'table', { table });
}

function constraintWord({ contype }: Constraint): string {
  if (contype === 'CONSTR_FOREIGN') return 'foreign key';
  if (contype === 'CONSTR_PRIMARY') return 'primary key';
  if (contype === 'CONSTR_UNIQUE') return 'unique constraint';
  return 'constraint';
}
