import { RockpoolError } from './errors.ts';
import { trimmedEnd } from './trimmed.ts';

const pattern = /^[a-z][a-z0-9_]{0,30}$/;

/**
 * Words that PostgreSQL wants quoted when they name a table or a column: the keywords of the kinds "reserved"
 * and "reserved (can be function or type)" of PostgreSQL 18, appendix C of its manual.
 */
const reservedKeywords = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
  collation column concurrently constraint create cross current_catalog current_date current_role
  current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
  except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
  is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
  only or order outer overlaps placing primary references returning right select session_user similar some
  symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when
  where window with`.split(/\s+/),
);

const takenByPostgres = new Set(['postgres', 'template0', 'template1', 'public', 'none']);

/** Says what is wrong with a name for an install, or null where nothing is. */
export function nameProblem(name: string): string | null {
  if (!pattern.test(name)) {
    return 'a name starts with a small letter, holds small letters, digits and _ only, and has 31 characters at most';
  }
  if (name.startsWith('rp_') || name.startsWith('pg_'))
    return 'names that start with rp_ or pg_ are kept for databases of our own';
  if (takenByPostgres.has(name)) return `PostgreSQL has a database or role called ${name} already`;
  if (reservedKeywords.has(name)) return `${name} is a keyword of SQL that would need quoting everywhere`;
  return null;
}

/** Returns the name, or throws `name_invalid` with the rule that it breaks. */
export function requireName(name: string): string {
  const problem = nameProblem(name);
  if (problem !== null) {
    throw new RockpoolError('name_invalid', `${JSON.stringify(name)} cannot be a name: ${problem}.`, {
      hint: 'Choose another with --as NAME, for example --as acme.',
      detail: { name },
    });
  }
  return name;
}

/** Makes a valid name out of any text, such as a dataset's; `fallback` where nothing of it can be kept. */
export function proposeName(text: string, fallback = 'dataset'): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '');
  const kept = trimmedEnd(words.slice(0, 31), '_');
  return nameProblem(kept) === null ? kept : fallback;
}
