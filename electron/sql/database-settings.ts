import type { VariableSetStmt } from 'libpg-query';
import { stringsOf } from './nodes.ts';
import { quoteName } from './quote.ts';

/** What sessions of a database begin with. */
export interface DatabaseSetting {
  readonly name: string;
  /** The names in a `search_path`; one text for any other. */
  readonly value: string | readonly string[];
}

/** The value as one text, as `set_config` takes it. */
export function settingText({ value }: DatabaseSetting): string {
  return typeof value === 'string' ? value : value.map(quoteName).join(', ');
}

/**
 * Settings that a dataset may bring for its database: they say how names are found and values are read and written. None
 * of them loads code, writes a log, takes memory, or changes what a role may do.
 */
const allowed = new Set([
  'search_path',
  'timezone',
  'datestyle',
  'intervalstyle',
  'bytea_output',
  'extra_float_digits',
  'xmlbinary',
  'xmloption',
  'array_nulls',
  'quote_all_identifiers',
  'transform_null_equals',
  'default_text_search_config',
  'default_transaction_isolation',
  'default_transaction_deferrable',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'jit',
  'standard_conforming_strings',
  'plpgsql.variable_conflict',
]);

// Names with a dot are anybody's own, unless they are those of a module.
const ofModules =
  /^(auto_explain|pg_stat_statements|pgaudit|plperl|plpython|pltcl|plpgsql|passwordcheck|basic_archive|auth_delay|sepgsql|pg_prewarm|postgres_fdw|dblink|isn|unaccent|cron|pg_[a-z0-9_]*|rockpool)\./;
const ownName = /^[a-z_][a-z0-9_]{0,60}(\.[a-z_][a-z0-9_]{0,60}){1,3}$/;

export function isAllowedSetting(name: string): boolean {
  return allowed.has(name) || (ownName.test(name) && !ofModules.test(name));
}

/** What an `ALTER DATABASE … SET` sets, with `value` null for a reset; null for a setting that is not allowed. */
export function databaseSetting({
  kind,
  name = '',
  args = [],
}: VariableSetStmt): { name: string; value: DatabaseSetting['value'] | null } | null {
  const lower = name.toLowerCase();
  if (!isAllowedSetting(lower)) return null;
  if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') return { name: lower, value: null };
  if (kind !== 'VAR_SET_VALUE') return null;
  const values = args.flatMap((arg) =>
    'A_Const' in arg && arg.A_Const.ival !== undefined
      ? [String(arg.A_Const.ival.ival ?? 0)]
      : stringsOf(arg),
  );
  // A path is a list of names, each of which may need its quotes.
  return { name: lower, value: lower === 'search_path' ? values : values.join(', ') };
}
