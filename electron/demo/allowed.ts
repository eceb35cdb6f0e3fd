import type { Node } from 'libpg-query';
import { withoutComments } from '../sql/comments.ts';
import { callsIn, constantOf, stringsOf } from '../sql/nodes.ts';

// Those whose plan takes bound values.
const bindable: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
]);

const plain: ReadonlySet<string> = new Set([
  'TruncateStmt',
  'DoStmt',
  'CallStmt',
  'ConstraintsSetStmt',
  'CreateStmt',
  'CreateTableAsStmt',
  'ViewStmt',
  'CreateSeqStmt',
  'AlterSeqStmt',
  'CreateFunctionStmt',
  'AlterFunctionStmt',
  'CreateTrigStmt',
  'RuleStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'CreateEnumStmt',
  'AlterEnumStmt',
  'CreateDomainStmt',
  'AlterDomainStmt',
  'CompositeTypeStmt',
  'AlterTypeStmt',
  'AlterTableStmt',
  'RenameStmt',
  'CommentStmt',
  'CreateSchemaStmt',
  'CreateStatsStmt',
  'RefreshMatViewStmt',
]);

const session = 'settings of the session are not its own';
const transaction = 'all statements run in one transaction, which holds as a whole or not at all';
const server = 'it is about the server, not about this database';
const once = 'statements are bound one by one, so nothing prepared or opened outlives its own';

const reasons: Readonly<Record<string, string>> = {
  TransactionStmt: transaction,
  VariableSetStmt: session,
  VariableShowStmt: 'it only reads a setting',
  DiscardStmt: session,
  CopyStmt: 'COPY reads or writes outside of the database; write INSERT',
  LoadStmt: 'it loads code into the server',
  PrepareStmt: once,
  ExecuteStmt: once,
  DeallocateStmt: once,
  DeclareCursorStmt: once,
  FetchStmt: once,
  ClosePortalStmt: once,
  ListenStmt: 'nobody listens to a database that is being prepared',
  UnlistenStmt: 'nobody listens to a database that is being prepared',
  NotifyStmt: 'nobody listens to a database that is being prepared',
  LockStmt: 'nobody else is in a database that is being prepared',
  ExplainStmt: 'it only reads',
  VacuumStmt: 'it cannot run in a transaction',
  ReindexStmt: 'indexes follow their tables by themselves',
  ClusterStmt: 'it cannot run in a transaction',
  CheckPointStmt: server,
  AlterSystemStmt: server,
  CreatedbStmt: server,
  DropdbStmt: server,
  AlterDatabaseStmt: server,
  AlterDatabaseSetStmt: server,
  CreateRoleStmt: server,
  AlterRoleStmt: server,
  AlterRoleSetStmt: server,
  DropRoleStmt: server,
  GrantRoleStmt: server,
  GrantStmt: 'the install has one user, which may do all already',
  AlterOwnerStmt: 'everything belongs to the owner of the dataset',
  ReassignOwnedStmt: 'everything belongs to the owner of the dataset',
  DropOwnedStmt: 'everything belongs to the owner of the dataset',
  CreateExtensionStmt: 'extensions come with the dataset',
};

/** What a statement is, as people know it: `INSERT`, `CREATE TABLE`. */
export function wordsOf(text: string): string {
  const code = withoutComments(text).trimStart();
  const found =
    /^[a-z]+(?:\s+(?:table|index|view|function|role|database|system|extension|transaction)\b)?/i.exec(code);
  return found === null ? 'a statement' : found[0].replace(/\s+/g, ' ').toUpperCase();
}

/** Why a statement may not stand in a demo, null where it may. `parameters` is how many values it binds. */
export function refusalOf(node: Node, parameters: number): string | null {
  const [kind = ''] = Object.keys(node);
  if (bindable.has(kind)) return settingOf(node);
  if ('IndexStmt' in node && node.IndexStmt.concurrent === true)
    return 'CONCURRENTLY cannot run in a transaction';
  if ('DropStmt' in node && node.DropStmt.concurrent === true)
    return 'CONCURRENTLY cannot run in a transaction';
  if (!plain.has(kind) && kind !== 'IndexStmt' && kind !== 'DropStmt')
    return reasons[kind] ?? 'it has no place in a demo';
  if (parameters === 0 || kind === 'CreateTableAsStmt') return null;
  return 'PostgreSQL binds values in SELECT, INSERT, UPDATE, DELETE and MERGE only';
}

// A setting of one's own, whose name has a dot, for this transaction: how a value comes into a DO block.
function settingOf(node: Node): string | null {
  for (const { funcname = [], args = [] } of callsIn(node)) {
    if (funcname.flatMap(stringsOf).at(-1) !== 'set_config') continue;
    const [name, , local] = args;
    const isOwn = name !== undefined && (constantOf(name) ?? '').includes('.');
    const isLocal = local !== undefined && 'A_Const' in local && local.A_Const.boolval?.boolval === true;
    if (!isOwn || !isLocal) return session;
  }
  return null;
}
