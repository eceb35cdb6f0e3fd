import type { AlterTableCmd, Node } from 'libpg-query';
import { refusedKinds, skippedKinds } from './kinds.ts';
import { constantOf, type MaybeQualified, nameOf, rangeName, rolesOf, stringsOf } from './nodes.ts';
import type { SqlParser } from './parser.ts';
import type { SqlStatement } from './split-items.ts';
import { actingKinds, optionalKinds, ownSettings, rowKinds, runHere } from './treatment-kinds.ts';
import { isTooLong } from './words.ts';

/** What is done with a statement of a script that is run as it stands. */
export type Treatment =
  /** It is run; where it is optional and fails it is left out. `acts` is true for what acts on rows that come later. */
  | {
      readonly how: 'run';
      readonly what: string;
      readonly name: string;
      readonly optional: boolean;
      readonly acts: boolean;
      /** True for what changes rows, or may do so. */
      readonly changesRows: boolean;
      /** False for what PostgreSQL does not allow inside of a savepoint. */
      readonly inSavepoint: boolean;
      readonly roles: readonly string[];
    }
  | { readonly how: 'leave'; readonly what: string; readonly name: string; readonly reason: string }
  | { readonly how: 'refuse'; readonly what: string; readonly reason: string }
  /** The restore sees to it by itself. */
  | { readonly how: 'settled' }
  | { readonly how: 'schema'; readonly name: string }
  | { readonly how: 'extension'; readonly name: string }
  | { readonly how: 'drop extension'; readonly names: readonly string[]; readonly cascade: boolean }
  /** All triggers of a table, those of its foreign keys among them. */
  | { readonly how: 'triggers'; readonly table: MaybeQualified; readonly asleep: boolean }
  /** All triggers of all tables. */
  | { readonly how: 'all triggers'; readonly asleep: boolean }
  | { readonly how: 'forced row security'; readonly table: MaybeQualified; readonly force: boolean }
  | { readonly how: 'drop constraint'; readonly table: MaybeQualified; readonly name: string };

export type RunTreatment = Extract<Treatment, { how: 'run' }>;

const rowWords = /^(insert|update|delete|merge|with|values|table)\b/i;

/** Says what is done with a statement. Throws `sql_invalid` for what is no SQL. */
export function treat(parser: SqlParser, statement: SqlStatement): Treatment {
  const { text } = statement;
  // Nothing but rows can come of these, and scripts hold millions of them.
  const [word = ''] = rowWords.exec(text) ?? [];
  if (word !== '') return run('rows', '', { changesRows: true });
  if (isTooLong(statement)) return run('statement', '', { changesRows: true });
  return treatNode(parser.parse(statement), text);
}

function treatNode(node: Node, text: string): Treatment {
  const [kind = ''] = Object.keys(node);
  const name = nameOf(node);
  if ('VariableSetStmt' in node) return treatSetting(node.VariableSetStmt);
  if ('SelectStmt' in node) return treatSelect(node);
  if ('TransactionStmt' in node) {
    const isTwoPhase = /PREPARE/.test(node.TransactionStmt.kind ?? '');
    return isTwoPhase
      ? refuse('PREPARE TRANSACTION', 'the server keeps no such transactions')
      : run('transaction', '', { inSavepoint: false });
  }
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt;
    const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
    return treatAlterTable(rangeName(relation), commands, name);
  }
  if ('CreateExtensionStmt' in node) return { how: 'extension', name };
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_EXTENSION') {
    const { objects = [], behavior } = node.DropStmt;
    return { how: 'drop extension', names: objects.flatMap(stringsOf), cascade: behavior === 'DROP_CASCADE' };
  }
  if ('CreateSchemaStmt' in node && (node.CreateSchemaStmt.schemaElts ?? []).length === 0) {
    const { schemaname, authrole } = node.CreateSchemaStmt;
    return { how: 'schema', name: schemaname ?? authrole?.rolename ?? '' };
  }
  if ('CopyStmt' in node) {
    const { is_from: isFrom, is_program: isProgram, filename } = node.CopyStmt;
    if (isProgram === true || filename !== undefined)
      return refuse('COPY', 'it reads or writes a file of the server');
    return isFrom === true ? run('rows', name, { changesRows: true }) : leave('COPY', name, 'it only reads');
  }
  if ('CreateFunctionStmt' in node) {
    const language = languageOf(node.CreateFunctionStmt.options ?? []);
    return language === 'sql' || language === 'plpgsql'
      ? run('function', name, { optional: true })
      : leave('function', name, `it is written in ${language}, which no dataset may bring`);
  }
  if ('CreatePLangStmt' in node) {
    return name === 'plpgsql' ? { how: 'settled' } : leave('language', name, 'languages are not made');
  }
  if ('AlterDatabaseSetStmt' in node) return { how: 'settled' };
  const refused = refusedKinds[kind];
  if (refused !== undefined) return refuse(refused[0], refused[1]);
  const skipped = runHere.has(kind) ? undefined : skippedKinds[kind];
  if (skipped !== undefined) return leave(skipped[0], name, skipped[1]);
  if ('CommentStmt' in node && isOfServer(node.CommentStmt.objtype)) {
    return leave('comment', name, 'only the owner of all may set it');
  }
  const roles = 'CreatePolicyStmt' in node ? rolesOf(node.CreatePolicyStmt.roles) : [];
  return run(wordOf(kind, text), name, {
    optional: optionalKinds.has(kind),
    acts: actingKinds.has(kind),
    changesRows: rowKinds.has(kind),
    roles,
  });
}

const ofServer =
  /^OBJECT_(EXTENSION|DATABASE|ROLE|TABLESPACE|PUBLICATION|SUBSCRIPTION|EVENT_TRIGGER|FDW|FOREIGN_SERVER|FOREIGN_TABLE|LANGUAGE|ACCESS_METHOD|OPCLASS|OPFAMILY|TRANSFORM)$/;

function isOfServer(objtype: string | undefined): boolean {
  return ofServer.test(objtype ?? '');
}

function languageOf(options: readonly Node[]): string {
  for (const option of options) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'language') continue;
    const [language = ''] = stringsOf(option.DefElem.arg);
    return language.toLowerCase();
  }
  return 'sql';
}

/** The kind of a statement for people: the words with which it begins. */
function wordOf(kind: string, text: string): string {
  const known: Readonly<Record<string, string>> = {
    CreateStmt: 'table',
    ViewStmt: 'view',
    CreateTrigStmt: 'trigger',
    RuleStmt: 'rule',
    CreatePolicyStmt: 'policy',
    IndexStmt: 'index',
    CommentStmt: 'comment',
    CreateSeqStmt: 'sequence',
    CreateDomainStmt: 'domain',
    CreateEnumStmt: 'type',
    CompositeTypeStmt: 'type',
    CreateRangeStmt: 'type',
    CreateStatsStmt: 'statistics object',
    CreateCastStmt: 'cast',
    DoStmt: 'block',
    CallStmt: 'call',
    TruncateStmt: 'TRUNCATE',
    DropStmt: 'DROP',
    RefreshMatViewStmt: 'REFRESH',
  };
  return (
    known[kind] ?? /^[a-z]+(?:\s+[a-z]+)?/i.exec(text)?.[0].replace(/\s+/, ' ').toUpperCase() ?? 'statement'
  );
}

function treatSetting({
  kind,
  name = '',
  args = [],
}: Extract<Node, { VariableSetStmt: unknown }>['VariableSetStmt']): Treatment {
  const lower = name.toLowerCase();
  if (lower === 'session_replication_role') {
    return { how: 'all triggers', asleep: args.flatMap(stringsOf)[0]?.toLowerCase() === 'replica' };
  }
  return treatNamed(lower, kind === 'VAR_SET_MULTI');
}

function treatNamed(name: string, isOfTransaction = false): Treatment {
  if (name === 'role' || name === 'session_authorization') {
    return leave('setting', name, 'everything belongs to the owner of the dataset');
  }
  if (ownSettings.has(name)) return { how: 'settled' };
  return run('setting', name, { optional: !isOfTransaction, inSavepoint: !isOfTransaction });
}

function treatSelect(node: Extract<Node, { SelectStmt: unknown }>): Treatment {
  const { targetList = [] } = node.SelectStmt;
  const [target] = targetList;
  const call = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  const query = run('query', '', { changesRows: true });
  if (targetList.length !== 1 || call === undefined || !('FuncCall' in call)) return query;
  const called = (call.FuncCall.funcname ?? []).flatMap(stringsOf).at(-1) ?? '';
  const args = (call.FuncCall.args ?? []).map(constantOf);
  if (/^pg_(restore|clear)_\w+_stats$/.test(called)) {
    return leave('statistics', '', 'they hold values of the original rows; new ones are made');
  }
  if (called === 'setval') return run('value of a sequence', args[0] ?? '', { optional: true });
  if (called !== 'set_config' || args[0] === null || args[0] === undefined) return query;
  const name = args[0].toLowerCase();
  if (name === 'session_replication_role')
    return { how: 'all triggers', asleep: args[1]?.toLowerCase() === 'replica' };
  return treatNamed(name);
}

function treatAlterTable(
  table: MaybeQualified | null,
  commands: readonly AlterTableCmd[],
  name: string,
): Treatment {
  const [command] = commands;
  const types = commands.map(({ subtype = 'AT_AddColumn' }) => subtype);
  if (types.every((type) => type === 'AT_ChangeOwner')) {
    return leave('owner', name, 'everything belongs to the owner of the dataset');
  }
  if (types.every((type) => type === 'AT_SetTableSpace'))
    return leave('tablespace', name, 'tablespaces are not restored');
  const [type] = types;
  if (table === null || command === undefined || commands.length > 1) return run('ALTER TABLE', name);
  if (type === 'AT_DisableTrigAll' || type === 'AT_EnableTrigAll') {
    return { how: 'triggers', table, asleep: type === 'AT_DisableTrigAll' };
  }
  if (type === 'AT_ForceRowSecurity' || type === 'AT_NoForceRowSecurity') {
    return { how: 'forced row security', table, force: type === 'AT_ForceRowSecurity' };
  }
  if (type === 'AT_DropConstraint') return { how: 'drop constraint', table, name: command.name ?? '' };
  return run('ALTER TABLE', name);
}

/** True for an ALTER TABLE that has to be taken apart, because not all of its commands are run. */
export function needsParts(statement: SqlStatement): boolean {
  return (
    /^alter\s+table\b/i.test(statement.text) &&
    /\b(owner|tablespace|trigger|force|constraint)\b/i.test(statement.text)
  );
}

/** A statement that is run, and essential unless `more` says otherwise. */
export function run(what: string, name: string, more: Partial<RunTreatment> = {}): RunTreatment {
  return {
    how: 'run',
    what,
    name,
    optional: false,
    acts: false,
    changesRows: false,
    inSavepoint: true,
    roles: [],
    ...more,
  };
}

function leave(what: string, name: string, reason: string): Treatment {
  return { how: 'leave', what, name, reason };
}

function refuse(what: string, reason: string): Treatment {
  return { how: 'refuse', what, reason };
}
