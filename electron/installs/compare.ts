import type { Archive, ArchiveFile } from '../archives/archive.ts';
import { openObject } from '../archives/cache.ts';
import { isRockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';
import { splitStatements } from '../sql/split-statements.ts';
import type { Core } from '../state/core.ts';

// Scripts beside tables hold definitions; what is bigger is something else.
const maxScriptBytes = 64 * 1024 * 1024;

/**
 * The table files of `after` whose rows differ from those of `before`, by their hashes; null where more than rows
 * changed: another schema, or tables that came or went. Scripts are compared by their statements: pg_dump writes another
 * random word into each (`\restrict`), and with `-v` the time.
 */
export async function compareArchives(
  core: Core,
  before: Archive,
  after: Archive,
  signal: AbortSignal,
): Promise<string[] | null> {
  const old = new Map(before.files.map((file) => [file.name, file]));
  if (old.size !== after.files.length) return null;
  const tables: string[] = [];
  for (const file of after.files) {
    const former = old.get(file.name);
    if (former === undefined) return null;
    if (former.sha256 === file.sha256) continue;
    if (readPublishedName(file.name).kind === 'table') tables.push(file.name);
    else if (!(await saysTheSame(core, former, file, signal))) return null;
  }
  return tables;
}

async function saysTheSame(
  core: Core,
  former: ArchiveFile,
  file: ArchiveFile,
  signal: AbortSignal,
): Promise<boolean> {
  const { kind } = readPublishedName(file.name);
  if (kind === 'other' || kind === 'raw') return false;
  if (Math.max(former.sizeBytes, file.sizeBytes) > maxScriptBytes) return false;
  try {
    const [one, other] = await Promise.all([former, file].map((each) => readStatements(core, each, signal)));
    return one?.length === other?.length && (one ?? []).every((text, index) => text === other?.[index]);
  } catch (error) {
    // The restore of all reads it once more and says what is wrong with it.
    if (isRockpoolError(error, 'cache_damaged', 'sql_invalid', 'sql_refused', 'archive_damaged'))
      return false;
    throw error;
  }
}

async function readStatements(
  core: Core,
  { name, sha256 }: ArchiveFile,
  signal: AbortSignal,
): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of openObject(core, sha256, signal)) chunks.push(chunk as Buffer);
  return splitStatements(new TextDecoder().decode(Buffer.concat(chunks)), name).map(({ text }) => text);
}
