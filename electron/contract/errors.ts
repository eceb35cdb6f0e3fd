import { z } from 'zod';

/**
 * Every error that Rockpool knows. The set is closed: scripts and the page decide by code, so a code is added
 * here, with its meaning, before it is thrown anywhere.
 */
export const errorCodes = {
  usage: 'the command line was not understood',
  busy: 'another process is working on the same thing',
  name_invalid: 'a name does not follow the rules for names',
  name_taken: 'the name is in use',
  install_not_found: 'no install has this name',
  source_not_found: 'no source has this name',
  dataset_not_found: 'the source has no such dataset',
  revision_not_found: 'the dataset has no such revision',
  job_not_found: 'no job has this id',
  server_not_found: 'no server has this name',
  not_available: 'the command belongs to a part that this version does not have',
  source_unreachable: 'nothing answers where the source should be',
  source_denied: 'the source refuses access',
  source_invalid: 'what answers is no source of the expected kind',
  source_empty: 'there is nothing published here',
  source_only_raw: 'there are only raw, unredacted files here',
  source_changed: 'the source changed while it was read',
  tables_missing: 'tables that an install has are not published any more',
  unsafe_name: 'a published name could reach outside its folder',
  pull_incomplete: 'a file ended before it was whole',
  pull_stalled: 'no bytes came for too long',
  pull_mismatch: 'what came is not what was published',
  cache_damaged: 'a cached file is no longer what was pulled',
  format_unknown: 'the files are in no format that can be read',
  archive_damaged: 'an archive is damaged',
  csv_header_missing: 'a table file has no header',
  csv_header_mismatch: 'a header names columns that the table does not have',
  csv_invalid: 'a table file is no valid CSV',
  rows_mismatch: 'fewer or more rows were loaded than the file holds',
  load_failed: 'rows do not fit their table',
  sql_invalid: 'a statement is no valid SQL',
  sql_refused: 'a statement is not allowed here',
  sql_failed: 'the database refused a statement',
  schema_missing: 'there is no schema for a table',
  port_taken: 'the port is in use',
  server_unavailable: 'no server of this kind can run here',
  server_failed: 'the server did not start',
  server_stopped: 'the server is not running',
  server_unfit: 'the server cannot hold the dataset',
  server_version: 'the data folder belongs to another version of PostgreSQL',
  database_busy: 'sessions or locks in the database are in the way',
  users_missing: 'no table of users was found',
  user_not_found: 'no user has this name, or several have',
  recipe_not_found: 'the install has no recipe of this name',
  value_taken: 'a value that may be there only once is there already',
  table_not_found: 'the database has no such table',
  column_not_found: 'the table has no such column',
  row_not_found: 'the row is no longer there',
  snapshot_not_found: 'the install has no snapshot of this label',
  snapshot_in_the_way: 'snapshots would be lost',
  pristine_missing: 'the clean copy is gone',
  statements_missing: 'the install has no demo statements',
  parameters_missing: 'a parameter has neither a value nor a default',
  parameters_invalid: 'a value is malformed, or no statement asks for it',
  profile_not_found: 'the install has no profile of this name',
  agent_not_found: 'no agent has this name',
  agent_unreachable: 'nothing answers where the agent should be',
  agent_denied: 'the agent refuses access',
  agent_invalid: 'what answers does not speak as an agent does',
  workflow_not_found: 'the agent has no such workflow, or several',
  workflow_failed: 'a workflow of an agent failed',
  schedule_not_found: 'no schedule has this id',
  schedule_invalid: 'a time or a crontab expression is not valid',
  project_invalid: 'a project file is not valid',
  project_untrusted: 'a project file was not agreed to yet',
  space_needed: 'there is not enough free space',
  disk_full: 'the disk is full',
  file_unreadable: 'a file or folder cannot be read or written',
  timeout: 'something took longer than it may',
  state_newer: 'the data folder was written by a newer version',
  secret_locked: 'a stored secret cannot be kept or opened safely here',
  personal_data: 'personal data was found that should not be there',
  cancelled: 'the work was cancelled',
  internal: 'something happened that is a fault of Rockpool',
} as const;

export type ErrorCode = keyof typeof errorCodes;

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** What an expert wants to know: where it happened, in numbers and names, never in values of rows. */
export const ErrorDetail = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type ErrorDetail = z.infer<typeof ErrorDetail>;

/** An error as it is stored, sent and printed: one sentence, one hint on what to do, and a detail for experts. */
export const ErrorReport = z.object({
  code: z.enum(codes),
  message: z.string(),
  hint: z.string().nullable(),
  detail: ErrorDetail.nullable(),
});
export type ErrorReport = z.infer<typeof ErrorReport>;

/** An expected failure, made where its cause is known. Anything else that is thrown is a fault of ours. */
export class RockpoolError extends Error {
  override readonly name = 'RockpoolError';
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly detail: ErrorDetail | null;

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; detail?: ErrorDetail; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = more.hint ?? null;
    this.detail = more.detail ?? null;
  }

  report(): ErrorReport {
    return { code: this.code, message: this.message, hint: this.hint, detail: this.detail };
  }
}

/** True for a `RockpoolError`, of one of the given codes if any are given. */
export function isRockpoolError(error: unknown, ...wanted: ErrorCode[]): error is RockpoolError {
  return error instanceof RockpoolError && (wanted.length === 0 || wanted.includes(error.code));
}
