import type { Archive, ArchiveFile } from '../archives/archive.ts';
import { readPublishedName } from '../contract/published.ts';

/**
 * The table files of `after` whose rows differ from those of `before`, by their hashes; null where more than rows
 * changed: another schema, or tables that came or went.
 */
export function compareArchives(before: Archive, after: Archive): string[] | null {
  const old = new Map(before.files.map((file) => [file.name, file]));
  if (old.size !== after.files.length || after.files.some((file) => !old.has(file.name))) return null;
  const changed = after.files.filter((file) => old.get(file.name)?.sha256 !== file.sha256);
  return changed.every(isTable) ? changed.map((file) => file.name) : null;
}

function isTable({ name }: ArchiveFile): boolean {
  return readPublishedName(name).kind === 'table';
}
