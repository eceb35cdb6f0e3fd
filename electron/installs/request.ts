import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstallRequest } from '../contract/install.ts';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { findWanted } from './find.ts';
import type { InstallWish } from './install.ts';
import { absoluteReference } from './reference.ts';

/** Finds what is asked for and reads the files that go with it. Throws `usage`, `source_not_found`, `file_unreadable`. */
export async function wishOf(core: Core, request: InstallRequest): Promise<InstallWish> {
  const wanted = findWanted(core, request.dataset);
  return {
    name: request.name ?? wanted.proposedName,
    source: wanted.source,
    place: wanted.place,
    publication: wanted.publication,
    cached: wanted.cached,
    retries: wanted.retries,
    fresh: request.fresh === true,
    server: request.server,
    asked: askedOf(request),
    port: request.port ?? undefined,
    postgres: request.postgres ?? undefined,
    image: request.image ?? undefined,
    options: {
      schema: await readSql(request.schemaFile),
      createdb: request.createdb,
      allowPersonalData: request.allowPersonalData,
      after: await readScript(request.afterFile),
      tables: request.tables === null ? null : [...request.tables],
      database: request.database ?? null,
    },
  };
}

/** The request as a job remembers it, paths made absolute; null where it holds a password or may hold a signature. */
function askedOf(request: InstallRequest): InstallWish['asked'] {
  if (URL.canParse(request.dataset)) {
    const { password, search, hash } = new URL(request.dataset);
    // Signed links carry theirs behind the ? under any name, and a bucket's prefix may hold one.
    if (password + search + hash !== '') return null;
  }
  const absolute = (file: string | null): string | null => (file === null ? null : resolve(file));
  return {
    ...request,
    postgres: request.postgres ?? null,
    image: request.image ?? null,
    tables: request.tables === null ? null : [...request.tables],
    database: request.database ?? null,
    fresh: request.fresh === true,
    dataset: absoluteReference(request.dataset),
    schemaFile: absolute(request.schemaFile),
    afterFile: absolute(request.afterFile),
  };
}

async function readSql(file: string | null): Promise<string | null> {
  if (file === null) return null;
  try {
    return await readFile(resolve(file), 'utf8');
  } catch (error) {
    throw fileError(error, resolve(file), 'read');
  }
}

async function readScript(file: string | null): Promise<{ file: string; sql: string } | null> {
  const sql = await readSql(file);
  return file === null || sql === null ? null : { file: basename(file), sql };
}

const sample = fileURLToPath(new URL('../../resources/sample/tidewater', import.meta.url));

/** What `rockpool demo` asks for. */
export const sampleRequest: InstallRequest = {
  dataset: sample,
  name: 'demo',
  server: 'embedded',
  port: null,
  postgres: null,
  schemaFile: null,
  afterFile: null,
  tables: null,
  createdb: false,
  allowPersonalData: null,
};
