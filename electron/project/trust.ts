import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import type { Project } from './files.ts';

/** What is remembered of a project: the content that was agreed to, and the installs that `up` made of it. */
const ProjectRecord = z.object({
  file: z.string(),
  hash: z.string(),
  agreedAt: z.iso.datetime(),
  installs: z.array(z.string()),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;

/** The project of a folder as it was last agreed to, null where nobody has. */
export function findProjectRecord(state: StateDb, folder: string): ProjectRecord | null {
  const row = state.rows('SELECT record FROM projects WHERE folder = ?', folder)[0];
  return row === undefined ? null : parseRecord(ProjectRecord, row);
}

/** True where this very content was agreed to for this folder. */
export function isTrusted(state: StateDb, { folder, hash }: Pick<Project, 'folder' | 'hash'>): boolean {
  return findProjectRecord(state, folder)?.hash === hash;
}

/** Remembers that somebody has seen this content and agreed to it. */
export function trustProject(state: StateDb, { folder, file, hash }: Project): void {
  const installs = findProjectRecord(state, folder)?.installs ?? [];
  putRecord(state, folder, { file, hash, agreedAt: new Date().toISOString(), installs });
}

/** Remembers which installs `up` has made of a project. */
export function noteInstalls(state: StateDb, folder: string, installs: readonly string[]): void {
  const record = findProjectRecord(state, folder);
  if (record !== null) putRecord(state, folder, { ...record, installs: [...installs] });
}

/** Throws `project_untrusted` where nobody has agreed to this content. */
export function requireTrust(state: StateDb, project: Project): void {
  if (isTrusted(state, project)) return;
  throw new RockpoolError('project_untrusted', `Nobody has agreed to ${project.file} as it is now.`, {
    hint: 'Read what it does (rockpool up shows it), then agree: rockpool up --yes.',
    detail: { file: project.file, hash: project.hash },
  });
}

function putRecord(state: StateDb, folder: string, record: ProjectRecord): void {
  state.run('INSERT OR REPLACE INTO projects (folder, record) VALUES (?, ?)', folder, JSON.stringify(record));
}
