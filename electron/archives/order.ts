import type { Promised } from './meter.ts';
import { isTable } from './recognise.ts';

// Below this a table is loaded before the next one has come: it keeps nobody busy.
const worthwhileBytes = 4 * 1024 * 1024;
const sessions = 2;

/**
 * Puts what is needed first first: scripts, then some smaller tables, so that loading begins while the big ones come, then
 * tables as long as they take to load, the biggest first. Sizes in bytes, or in lines where only these are known.
 */
export function inOrder(files: readonly Promised[]): Promised[] {
  const tables = files
    .filter(({ file }) => isTable(file.name))
    .toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const worthwhile = tables.filter((table) => sizeOf(table) >= worthwhileBytes);
  const first = worthwhile.length > 2 * sessions ? worthwhile.slice(-sessions).reverse() : [];
  return [
    ...files.filter(({ file }) => !isTable(file.name)),
    ...first,
    ...tables.filter((table) => !first.includes(table)),
  ];
}

function sizeOf({ file, lines }: Promised): number {
  return file.sizeBytes ?? lines ?? 0;
}
