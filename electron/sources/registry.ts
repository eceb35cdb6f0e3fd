import { RockpoolError } from '../contract/errors.ts';
import { type S3Wish, Source, SourceRecord } from '../contract/source.ts';
import type { Core } from '../state/core.ts';
import { parseRecord } from '../state/database.ts';
import { readAddress } from './address.ts';
import { readS3Options } from './s3-options.ts';

const namePattern = /^[a-z][a-z0-9_-]{0,30}$/;

/**
 * Remembers a place under a name; it is not asked whether it answers. Throws `name_invalid`, `name_taken`, `usage`, and
 * `file_unreadable` for the file of a certificate authority.
 */
export function addSource(core: Core, name: string, address: string, options: S3Wish = {}): Source {
  if (!namePattern.test(name)) {
    throw new RockpoolError('name_invalid', `${JSON.stringify(name)} cannot be the name of a source.`, {
      hint: 'It starts with a small letter and holds small letters, digits, _ and - only, 31 at most.',
      detail: { name },
    });
  }
  const source: Source = { name, ...readAddress(address) };
  const s3 = readS3Options(source, options);
  const record: SourceRecord = s3 === null ? source : { ...source, s3 };
  return core.state.transaction(() => {
    const taken = findSource(core, name);
    if (taken !== null) {
      throw new RockpoolError('name_taken', `There is a source called ${name} already, at ${taken.url}.`, {
        hint: `Choose another name, or forget it first: rockpool source remove ${name}`,
        detail: { name, url: taken.url },
      });
    }
    core.state.run('INSERT INTO sources (name, record) VALUES (?, ?)', name, JSON.stringify(record));
    return source;
  });
}

/** All sources, by name. */
export function listSources(core: Core): Source[] {
  return core.state.rows('SELECT record FROM sources ORDER BY name').map((row) => parseRecord(Source, row));
}

/** The source with this name, and how it is reached. Throws `source_not_found`. */
export function getSource(core: Core, name: string): SourceRecord {
  const source = findSource(core, name);
  if (source !== null) return source;
  const known = listSources(core).map((each) => each.name);
  throw new RockpoolError('source_not_found', `There is no source called ${name}.`, {
    hint:
      known.length === 0
        ? 'Add it: rockpool source add NAME URL'
        : `There is ${known.slice(0, 20).join(', ')}. Add another: rockpool source add NAME URL`,
    detail: { name, sources: known.length },
  });
}

/** Forgets a source and returns what it was; what was pulled from it stays. Throws `source_not_found`. */
export function removeSource(core: Core, name: string): Source {
  return core.state.transaction(() => {
    const source = getSource(core, name);
    core.state.run('DELETE FROM sources WHERE name = ?', name);
    return Source.parse(source);
  });
}

function findSource(core: Core, name: string): SourceRecord | null {
  const row = core.state.rows('SELECT record FROM sources WHERE name = ?', name)[0];
  return row === undefined ? null : parseRecord(SourceRecord, row);
}
