import type { Filter, SortColumn, TableName } from '../../../../electron/contract/browse.ts';

/** What the data tab shows, as its address has it: going back goes back to it. */
export interface Place {
  /** `schema.name`; null until one is chosen. */
  readonly table: string | null;
  readonly filters: readonly Filter[];
  readonly sort: readonly SortColumn[];
}

export function idOf({ schema, name }: TableName): string {
  return `${schema}.${name}`;
}

/** Reads the last part of an address; what makes no sense is no place. */
export function readPlace(rest: string): Place {
  const text = decode(rest);
  if (!text.startsWith('{')) return { table: text === '' ? null : text, filters: [], sort: [] };
  try {
    const { t, f = [], s = [] } = JSON.parse(text) as { t: string; f?: Filter[]; s?: SortColumn[] };
    return { table: String(t), filters: Array.isArray(f) ? f : [], sort: Array.isArray(s) ? s : [] };
  } catch {
    return { table: null, filters: [], sort: [] };
  }
}

/** The address of a place within an install. */
export function addressOf(install: string, { table, filters, sort }: Place): string {
  const isPlain = filters.length === 0 && sort.length === 0;
  const rest = isPlain ? (table ?? '') : JSON.stringify({ t: table, f: filters, s: sort });
  return `/install/${install}/data/${encodeURIComponent(rest)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
