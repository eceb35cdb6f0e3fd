/** Settings that pg_dump writes, or that change nothing of what a database ends up with. */
export const dumpSettings = new Set([
  'check_function_bodies',
  'search_path',
  'default_table_access_method',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
  'client_encoding',
  'standard_conforming_strings',
  'escape_string_warning',
  'client_min_messages',
  'row_security',
  'default_tablespace',
  'temp_tablespaces',
  'default_with_oids',
  'synchronous_commit',
  'maintenance_work_mem',
  'work_mem',
  'role',
  'session_authorization',
]);

/** Definitions that read no rows and that no row can notice, as long as they replace nothing. */
export const anywhere = new Set([
  'ViewStmt',
  'CreateFunctionStmt',
  'CommentStmt',
  'CreateStatsStmt',
  'CreatePolicyStmt',
  'CreateSchemaStmt',
  'IndexStmt',
]);

/** Definitions that pg_dump writes before the first row. */
export const beforeRows = new Set([
  'CreateStmt',
  'CreateSeqStmt',
  'AlterSeqStmt',
  'CreateExtensionStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CompositeTypeStmt',
  'CreateRangeStmt',
  'DefineStmt',
  'CreateCastStmt',
  'CreateConversionStmt',
  'AlterOperatorStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
]);
