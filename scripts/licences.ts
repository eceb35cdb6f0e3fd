import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface About {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  /** As packages wrote it once. */
  readonly licenses?: readonly { readonly type: string }[];
}

/** The licences of packages, by their folders: name, version, kind and the text that has to go along. */
export function licencesOf(folders: readonly string[]): string {
  const parts = folders.map((folder) => {
    const {
      name,
      version,
      license,
      licenses = [],
    } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as About;
    const kind = license ?? (licenses.map(({ type }) => type).join(' or ') || 'see below');
    const heading = `${name} ${version} (${kind})`;
    return `${heading}\n${'-'.repeat(heading.length)}\n${textsIn(folder) || 'The package holds no licence text of its own.'}`;
  });
  return `${introduction}\n\n${parts.join('\n\n\n')}\n`;
}

const introduction = `What is inside Rockpool beside its own code, and under which licences.
Electron and Chromium have theirs beside the program: LICENSE.electron.txt and LICENSES.chromium.html.
The PostgreSQL programs are under the PostgreSQL License. Their folder also holds libraries that they need, each under its
own licence: OpenSSL, ICU, libxml2, libxslt, zlib, liblzma, OSSP uuid.`;

function textsIn(folder: string): string {
  return readdirSync(folder)
    .filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n');
}
