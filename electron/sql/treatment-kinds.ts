// They say how long things may take, what is told and how text comes: the restore knows all of that better.
export const ownSettings = new Set([
  'client_encoding',
  'client_min_messages',
  'row_security',
  'synchronous_commit',
  'maintenance_work_mem',
  'work_mem',
  'default_tablespace',
  'temp_tablespaces',
  'default_with_oids',
]);

// What nobody misses, so that the rest need not fail for it; all else that is made can be what rows or redaction need.
export const optionalKinds = new Set([
  'ViewStmt',
  'CreateFunctionStmt',
  'CreateTrigStmt',
  'RuleStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'IndexStmt',
  'CommentStmt',
  'CreateStatsStmt',
  'AlterStatsStmt',
  'CreateCastStmt',
  'CreateConversionStmt',
  'DefineStmt',
  'AlterOperatorStmt',
  'AlterCollationStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
  'AlterFunctionStmt',
  'VariableShowStmt',
  'ExplainStmt',
  'ClusterStmt',
  'ReindexStmt',
  'LockStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
  'ClosePortalStmt',
  'FetchStmt',
  'DeclareCursorStmt',
  'DiscardStmt',
  'DeallocateStmt',
]);
export const actingKinds = new Set(['CreateTrigStmt', 'RuleStmt']);
export const rowKinds = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TruncateStmt',
  'DoStmt',
  'CallStmt',
  'ExecuteStmt',
  'SelectStmt',
  'CreateTableAsStmt',
]);
// Kinds that are left out of a restore side by side because the database is new, or because they only read.
export const runHere = new Set(['DropStmt', 'VariableShowStmt', 'ExplainStmt', 'ClusterStmt', 'ReindexStmt']);
