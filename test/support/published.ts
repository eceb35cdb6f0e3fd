import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files by name, relative to a folder. */
export type PublishedFiles = Readonly<Record<string, string | Buffer>>;

/** Writes files into a folder, with the folders that their names ask for. Returns the folder. */
export function publish(folder: string, files: PublishedFiles): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

/** What the raw files of these samples hold, and nothing else may: to be looked for where it must not be. */
export const rawMark = 'RAW-PERSON-7f3a';

/** A workflow's folder as a file store has it (format 1.3), raw files and a delta among it. */
export const storeFiles: PublishedFiles = {
  'schema-public.sql':
    'CREATE TABLE public.person (\n    id integer NOT NULL,\n    email text\n);\nCREATE TABLE public.note (\n    id integer,\n    body text\n);\n',
  'schema-public-drop-constraints.sql':
    'ALTER TABLE public.person DROP CONSTRAINT IF EXISTS person_pkey CASCADE;\n',
  'schema-public-restore-constraints.sql':
    'ALTER TABLE IF EXISTS public.person ADD CONSTRAINT person_pkey PRIMARY KEY (id);\n',
  'schema-public-set-sequences.sql': '',
  'table-public.person.csv': 'id,email\n1,redacted1@example.com\n2,redacted2@example.com\n3,\n',
  'table-public.note.csv': 'id,body\n1,"two\nlines, and a ""quote"""\n2,plain\n',
  'dump-public.person.csv': `id,email\n1,${rawMark}@example.com\n`,
  'delta-table-public.person-new.csv': `4,${rawMark}@example.com\n`,
  'delta-table-public.person-updated.csv': `1,${rawMark}@example.com\n`,
};

/** One revision of a data repository (format 1.1): names in mixed case, a foreign key to a later table. */
export function repositoryFiles(artists: number): PublishedFiles {
  const rows = Array.from({ length: artists }, (_, index) => `${index + 1},Artist ${index + 1}\n`).join('');
  return {
    'schema-Album.sql':
      'CREATE TABLE public."Album" (\n    "AlbumId" integer NOT NULL,\n    "ArtistId" integer NOT NULL\n);\nALTER TABLE ONLY public."Album" ADD CONSTRAINT fk FOREIGN KEY ("ArtistId") REFERENCES public."Artist"("ArtistId");\n',
    'schema-Artist.sql':
      'CREATE TABLE public."Artist" (\n    "ArtistId" integer PRIMARY KEY,\n    "Name" text\n);\n',
    'table-Album.csv': 'AlbumId,ArtistId\n1,1\n2,1\n',
    'table-Artist.csv': `ArtistId,Name\n${rows}`,
  };
}
