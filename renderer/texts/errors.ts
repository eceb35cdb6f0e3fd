import type { ErrorCode } from '../../electron/contract/errors.ts';

/**
 * What a person can do about an error in the page, where the hint of the app is one for a terminal: null where the
 * sentence says it all, or the buttons beside it do.
 */
export const pageHints: Readonly<Record<ErrorCode, string | null>> = {
  usage: 'Look at what was typed, and try again.',
  busy: 'Wait until that is done, or cancel it on the page Jobs.',
  name_invalid: 'Choose another name.',
  name_taken: 'Choose another name.',
  install_not_found: 'Home shows those that there are.',
  source_not_found: 'The page Sources shows those that there are.',
  dataset_not_found: 'The page Datasets shows what is published.',
  revision_not_found: 'The page Datasets shows the revisions that there are.',
  job_not_found: 'The page Jobs shows those that there are.',
  server_not_found: 'Settings shows those that there are.',
  not_available: null,
  source_unreachable: 'Look at its address on the page Sources, and whether it can be reached from here.',
  source_denied: 'Look at its credentials, on the page Sources.',
  source_invalid: 'Look at its address and kind, on the page Sources.',
  source_empty: 'Publish something there, or choose another place.',
  source_only_raw: 'Choose a folder of redacted files.',
  source_changed: 'Try again: it was being published.',
  tables_missing:
    'Try again when the run has ended. Where they are meant to be gone, install the dataset under another name.',
  unsafe_name: 'Tell whoever publishes it.',
  pull_incomplete: 'Try again.',
  pull_stalled: 'Try again once the connection is better.',
  pull_mismatch: 'Try again; if it stays so, tell whoever publishes it.',
  cache_damaged: 'Install it again: the file is pulled anew.',
  format_unknown: 'Choose a dump of PostgreSQL, SQL, or CSV files.',
  archive_damaged: 'Have it published again.',
  csv_header_missing: 'Write the names of the columns into its first line.',
  csv_header_mismatch: 'Correct the header, or give a schema file under “More options”.',
  csv_invalid: 'Correct the line that is named.',
  rows_mismatch: 'Try again; if it stays so, write a diagnostics file in Settings.',
  load_failed: 'Correct the row that is named, or give a schema file under “More options”.',
  sql_invalid: 'Correct the statement in the line that is named.',
  sql_refused: 'Leave the statement out, or write it otherwise.',
  sql_failed: 'Correct the statement that is named.',
  schema_missing: 'Give a schema file under “More options” of the install dialog.',
  port_taken: 'Choose another port, or leave the field empty.',
  server_unavailable: 'Choose another kind of server.',
  server_failed: 'Its log is in Settings.',
  server_stopped: 'Start it: with the button here, or in Settings.',
  server_unfit: 'Choose another server or version under “Server”.',
  server_version: 'Choose another port, or the version that made it.',
  database_busy: 'Close what works in the database, and try again.',
  users_missing: 'Say where users are, on the tab Users.',
  user_not_found: 'Search for another on the tab Users.',
  recipe_not_found: 'The tab Users shows those that there are.',
  value_taken: 'Choose another value.',
  table_not_found: 'It may have been dropped or renamed: choose another table.',
  column_not_found: 'It may have been dropped or renamed: read the table again.',
  row_not_found: 'It was deleted or moved, or the install was reset: read the rows again.',
  snapshot_not_found: 'The tab Snapshots shows those that there are.',
  snapshot_in_the_way: 'Delete them first, on the tab Snapshots.',
  pristine_missing: 'Install it again; the data that is there is untouched.',
  statements_missing: 'Write some on the tab Demo.',
  parameters_missing: 'Fill the fields in on the tab Demo, or reset without the demo.',
  parameters_invalid: 'Correct the field on the tab Demo.',
  profile_not_found: 'The tab Demo shows those that there are.',
  agent_not_found: 'The page Sources shows those that there are.',
  agent_unreachable: 'Look at its address on the page Sources.',
  agent_denied: 'Look at its credentials, on the page Sources.',
  agent_invalid: 'Look at its address on the page Sources.',
  workflow_not_found: 'Look at the id of the workflow.',
  workflow_failed: 'Its log is on the page Jobs.',
  schedule_not_found: 'It may have been removed elsewhere.',
  schedule_invalid: 'Write a crontab expression such as 45 8 * * 1-5, or a time such as 2026-12-01 08:45.',
  project_invalid: 'Correct the project file.',
  project_untrusted: 'Agree to it on the page of the project.',
  space_needed: 'Make space: Settings shows what takes it.',
  disk_full: 'Make space: Settings shows what takes it.',
  file_unreadable: 'Look at whether it is there, and who may read it.',
  timeout: 'Try again; what takes so long is named.',
  state_newer: 'Install the newest version of Rockpool.',
  secret_locked: 'Unlock the keyring of this computer, and try again.',
  personal_data: 'Say why it may be there under “More options”, or have it redacted.',
  cancelled: null,
  internal: 'If it happens again, write a diagnostics file in Settings and send it along.',
};

/** True for what is to be typed into a terminal: a command of ours, or an option. */
export function isForTerminal(text: string): boolean {
  return /\brockpool\s+[a-z]/i.test(text) || /(^|\s)--[a-z]/.test(text);
}

/** A hint as a page shows it: the app's own where it is no command, as that knows the case best. */
export function hintInPage(code: ErrorCode, hint: string | null): string | null {
  return hint !== null && isForTerminal(hint) ? pageHints[code] : hint;
}
