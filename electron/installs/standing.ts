import { type Archive, refreshFingerprints } from '../archives/archive.ts';
import { hasSameContent } from '../archives/identity.ts';
import type { Known } from '../contract/install.ts';
import type { Warning } from '../contract/report.ts';
import type { Core } from '../state/core.ts';
import type { Published } from './find.ts';
import { changeInstall, getPristine, type InstallRecord, putPristine } from './records.ts';
import { compareListed, isSameOnDisk } from './verdict.ts';

/** What an update has found: what is published, and what the install was made from. */
export interface Found extends Published {
  readonly before: Archive | null;
  /** Looks once more. */
  find(signal?: AbortSignal): Promise<Found>;
}

/** An install that has what is published already, and how that is known. */
export interface Standing {
  readonly install: InstallRecord;
  readonly known: Known;
}

/** Whether an install has what is published, as far as that can be known without a pull; null where it cannot, or has not. */
export async function findStanding(
  core: Core,
  install: InstallRecord,
  { before, publication, kind }: Found,
  signal?: AbortSignal,
): Promise<Standing | null> {
  const verdict = compareListed(install, before, publication);
  const { inPlace = false, namedByContent = false, files } = publication;
  const revision = namedByContent ? install.revision : publication.revision;
  if (verdict === 'same') {
    const message =
      publication.expected === undefined
        ? `The source lists ${revision}, and its files have the ${tellingOf[kind]} of those that it was made from.`
        : `${publication.expected} is the content that it was made from.`;
    return { install: relabel(core, install, revision), known: { by: 'source', message } };
  }
  if (before === null || (verdict === 'newer' && !inPlace)) return null;
  if (!(await isSameOnDisk(before, publication, signal))) return null;
  refreshFingerprints(core, before, files);
  const message = `Its ${countOf(files.length)} read, and are byte for byte what it was made from.`;
  return { install: relabel(core, install, revision), known: { by: 'content', message } };
}

const tellingOf: Readonly<Record<Published['kind'], string>> = {
  s3: 'tags and versions',
  folder: 'sizes, times and inodes',
  filestore: 'content',
};

/** Whether what was pulled is what the install has; then its pristine is noted as made from that. */
export function comparePulled(
  core: Core,
  install: InstallRecord,
  { before, publication }: Found,
  archive: Archive,
): Standing | null {
  const { inPlace = false, namedByContent = false } = publication;
  if (before === null || !(inPlace || archive.revision === install.revision)) return null;
  if (!hasSameContent(before.files, archive.files)) return null;
  const because = namedByContent ? ': the source tells no versions' : '';
  const message = `Its ${countOf(archive.files.length)} pulled, and are byte for byte what it was made from${because}.`;
  return core.state.transaction(() => {
    const pristine = getPristine(core.state, install.pristine);
    if (pristine.archive !== archive.id) putPristine(core.state, { ...pristine, archive: archive.id });
    return { install: relabel(core, install, archive.revision), known: { by: 'content', message } };
  });
}

/** How an update that is done knew that there was something newer. */
export function sayNewer(install: InstallRecord, { before, publication }: Found): Known {
  if (compareListed(install, before, publication) === 'newer') {
    const what = publication.namedByContent ? 'other files, or files of other lengths' : publication.revision;
    return { by: 'source', message: `The source lists ${what}.` };
  }
  const message = `Its ${countOf(publication.files.length)} pulled, and have other content than it was made from.`;
  return { by: 'content', message };
}

/** What the job of an update is called. */
export function titleOf(name: string, { publication }: Found): string {
  return publication.namedByContent ? `Update ${name}` : `Update ${name} to ${publication.revision}`;
}

/** Says that a revision is not what it was: publishers should never do that. */
export function warnReplaced({ revision, dataset }: InstallRecord, archive: Archive): Warning[] {
  if (archive.revision !== revision) return [];
  const message = `${dataset} @ ${revision} was published again, with other content under the same name.`;
  return [{ code: 'revision_replaced', message }];
}

function countOf(files: number): string {
  return files === 1 ? 'one file was' : `${files} files were`;
}

function relabel({ state }: Core, install: InstallRecord, revision: string): InstallRecord {
  return install.revision === revision ? install : changeInstall(state, install.name, { revision });
}
