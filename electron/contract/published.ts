import { RockpoolError } from './errors.ts';

/**
 * What a published file's name says, as agents name files in data repositories and file stores. `raw` files are
 * unredacted extracts (`dump-*`) or may be (`delta-*`): they are never listed, counted or read, from any source.
 */
export type PublishedName =
  | { kind: 'table'; schema: string | null; table: string }
  | { kind: 'schema'; of: string }
  | { kind: 'drop-constraints' | 'restore-constraints' | 'set-sequences'; schema: string }
  | { kind: 'raw' }
  | { kind: 'other' };

const schemaParts = /^schema-(.+)-(drop-constraints|restore-constraints|set-sequences)\.sql$/;

/** Reads a published file's name. In `table-SCHEMA.TABLE.csv` the first dot ends the schema. */
export function readPublishedName(name: string): PublishedName {
  const lower = name.toLowerCase();
  if (lower.startsWith('dump-') || lower.startsWith('delta-')) return { kind: 'raw' };
  const part = schemaParts.exec(name);
  if (part?.[1] !== undefined && part[2] !== undefined) {
    return { kind: part[2] as 'drop-constraints' | 'restore-constraints' | 'set-sequences', schema: part[1] };
  }
  const schema = /^schema-(.+)\.sql$/.exec(name)?.[1];
  if (schema !== undefined) return { kind: 'schema', of: schema };
  const table = /^table-(.+)\.csv$/.exec(name)?.[1];
  if (table === undefined) return { kind: 'other' };
  const dot = table.indexOf('.');
  if (dot <= 0 || dot === table.length - 1) return { kind: 'table', schema: null, table };
  return { kind: 'table', schema: table.slice(0, dot), table: table.slice(dot + 1) };
}

const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Says why a name that came from outside must not become a file's name, or null where it may. */
export function unsafeNameReason(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name === '.' || name.includes('..')) return 'it holds ..';
  if (/[/\\]/.test(name)) return 'it holds a path separator';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it holds a control character';
  if (/^[a-z]:/i.test(name)) return 'it starts with a drive letter';
  if (reservedOnWindows.test(name)) return 'it is the name of a device';
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space';
  if (new TextEncoder().encode(name).length > 255) return 'it is longer than 255 bytes';
  return null;
}

/** Returns the name, or throws `unsafe_name`. */
export function requireSafeName(name: string, where: string): string {
  const reason = unsafeNameReason(name);
  if (reason !== null) {
    throw new RockpoolError('unsafe_name', `${where} publishes a file with an unsafe name: ${reason}.`, {
      hint: 'Nothing was read. Ask those who run the agent what put this file there.',
      detail: { name: JSON.stringify(name).slice(0, 200), where },
    });
  }
  return name;
}
