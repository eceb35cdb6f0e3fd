/** One file of what was dropped; `path` begins with the name of what was dropped. */
export interface DroppedFile {
  readonly path: readonly string[];
  readonly file: File;
}

/** One file or one folder that was dropped or chosen. */
export interface Dropped {
  readonly name: string;
  readonly files: readonly DroppedFile[];
  /** How many raw extracts were left out: they may hold real personal data, and are never taken in. */
  readonly leftOut: number;
}

const systemFiles = /^(\.ds_store|thumbs\.db|desktop\.ini|\._.*)$/i;

/** True for the name of a raw extract, as agents call them. */
function isRaw(name: string): boolean {
  return /^(dump|delta)-/i.test(name);
}

/** What was found under a name, without what is never taken in. */
export function droppedOf(name: string, found: readonly DroppedFile[]): Dropped {
  const wanted = found.filter(({ path }) => !systemFiles.test(path.at(-1) ?? ''));
  const files = wanted.filter(({ path }) => !isRaw(path.at(-1) ?? ''));
  return { name, files, leftOut: wanted.length - files.length };
}

/** Files that an input of a form gave, as what was dropped: a folder's hold their way in it. Null for none. */
export function chosenOf(files: readonly File[]): Dropped | null {
  const found = files.map((file) => ({
    path: file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/'),
    file,
  }));
  const name = found[0]?.path[0];
  return name === undefined ? null : droppedOf(name, found);
}

/** Reads a file or a folder with all that is in it. */
export async function readEntry(entry: FileSystemEntry): Promise<Dropped> {
  const found: DroppedFile[] = [];
  await collect(entry, [], found);
  return droppedOf(entry.name, found);
}

async function collect(
  entry: FileSystemEntry,
  above: readonly string[],
  found: DroppedFile[],
): Promise<void> {
  const path = [...above, entry.name];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A browser hands over a folder's entries a hundred at a time, until there are none.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return;
    for (const each of entries) await collect(each, path, found);
  }
}
