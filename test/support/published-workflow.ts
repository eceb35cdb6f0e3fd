import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, type TemporaryFolder } from './folder.ts';

/** A folder in which a workflow has published a small table, as a data repository holds it. */
export function makePublished(workflow: string): TemporaryFolder {
  const folder = makeFolder();
  const revision = join(folder.path, workflow, '1');
  mkdirSync(revision, { recursive: true });
  writeFileSync(join(revision, 'schema-users.sql'), 'CREATE TABLE public.users (id integer, name text);\n');
  writeFileSync(join(revision, 'table-users.csv'), 'id,name\n1,Ada\n');
  return folder;
}
