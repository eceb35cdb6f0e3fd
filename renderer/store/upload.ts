import { navigate } from 'wouter/use-hash-location';
import { create } from 'zustand';
import type { ErrorReport } from '../../electron/contract/errors.ts';
import { texts } from '../texts/firstrun.ts';
import { texts as project } from '../texts/project.ts';
import { api } from '../wire/connection.ts';
import { desktop } from '../wire/desktop.ts';
import { openDialog } from './dialog.ts';
import { chosenOf, type Dropped, droppedOf, readEntry } from './dropped.ts';
import { failureOf } from './failure.ts';
import { projectAddress } from './project-place.ts';

// In base64 a third more: with the rest of its message it stays well under the connection's 1 MiB.
const pieceBytes = 480 * 1024;

/** What becomes of something that was dropped; null while nothing was. Bytes. */
export interface Upload {
  readonly name: string;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly failure: ErrorReport | null;
}

export const useUpload = create<{ readonly upload: Upload | null }>(() => ({ upload: null }));

let abort = new AbortController();

/** Stops taking in, or puts away why that failed. */
export function endUpload(): void {
  abort.abort();
  useUpload.setState({ upload: null });
}

/** Takes in what was dropped on the window, and asks how to install it. Call it while the event lasts. */
export function takeDrop(transfer: DataTransfer): void {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  if (items.length !== 1) {
    refuse(
      items.length === 0 ? texts.nothing : texts.several,
      items.length === 0 ? texts.nothingHint : texts.severalHint,
    );
    return;
  }
  const item = items[0] as DataTransferItem;
  const file = item.getAsFile();
  const isProject = isProjectFile(item) || location.hash.startsWith('#/project');
  if (desktop !== null && file !== null) {
    const path = desktop.pathOf(file);
    if (isProject) navigate(projectAddress(path));
    else takePath(path, file.name);
    return;
  }
  if (isProject) {
    // Its scripts lie beside it, and a tab is not told where that is.
    navigate('/project');
    refuse(project.tabDrop, project.tabDropHint);
    return;
  }
  const entry = item.webkitGetAsEntry();
  if (entry?.isDirectory === true) void take(entry.name, () => readEntry(entry));
  else if (file === null) refuse(texts.nothing, texts.nothingHint);
  else void take(file.name, async () => droppedOf(file.name, [{ path: [file.name], file }]));
}

/** Takes in what was chosen in a form, and asks how to install it. */
export function takeChosen(files: readonly File[]): void {
  const chosen = chosenOf(files);
  const [file] = files;
  if (chosen === null || file === undefined) return;
  // Of a folder the desktop knows the paths of the files alone, with their way in it at the end.
  if (desktop !== null) {
    const within = file.webkitRelativePath.split('/').length - 1;
    const path = desktop.pathOf(file).split(/[/\\]/);
    takePath(path.slice(0, path.length - Math.max(0, within)).join('/'), chosen.name);
    return;
  }
  void take(chosen.name, async () => chosen);
}

function isProjectFile(item: DataTransferItem): boolean {
  return /^rockpool\.ya?ml$/i.test(item.getAsFile()?.name ?? '');
}

function takePath(path: string, title: string): void {
  openDialog({ kind: 'install', dataset: path, title, sizeBytes: null, upload: null });
}

async function take(name: string, read: () => Promise<Dropped>): Promise<void> {
  abort.abort();
  abort = new AbortController();
  const { signal } = abort;
  useUpload.setState({ upload: { name, doneBytes: 0, totalBytes: null, failure: null } });
  let id: string | null = null;
  try {
    const dropped = await read();
    signal.throwIfAborted();
    if (dropped.files.length === 0)
      return dropped.leftOut > 0
        ? refuse(texts.onlyRaw, texts.onlyRawHint)
        : refuse(texts.nothing, texts.nothingHint);
    const totalBytes = dropped.files.reduce((sum, { file }) => sum + file.size, 0);
    ({ id } = await api.uploads.begin({ name, sizeBytes: totalBytes }, { signal }));
    await send(id, dropped, signal, (doneBytes) =>
      useUpload.setState({ upload: { name, doneBytes, totalBytes, failure: null } }),
    );
    const { path } = await api.uploads.finish({ id }, { signal });
    useUpload.setState({ upload: null });
    const title = dropped.leftOut === 0 ? name : `${name} — ${texts.leftOut(dropped.leftOut)}`;
    openDialog({ kind: 'install', dataset: path, title, sizeBytes: totalBytes, upload: id });
  } catch (error) {
    if (id !== null) void api.uploads.discard({ id }).catch(() => {});
    if (!signal.aborted) fail(name, failureOf(error));
  }
}

async function send(
  id: string,
  { files }: Dropped,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void,
): Promise<void> {
  for (const { path, file } of files) {
    let offset = 0;
    do {
      const piece = file.slice(offset, offset + pieceBytes);
      const base64 = await base64Of(piece);
      const { receivedBytes } = await api.uploads.append({ id, path: [...path], offset, base64 }, { signal });
      offset += piece.size;
      onProgress(receivedBytes);
    } while (offset < file.size);
  }
}

function base64Of(piece: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error);
    // An empty one is written as a bare "data:", without a comma.
    if (piece.size === 0) resolve('');
    else reader.readAsDataURL(piece);
  });
}

function refuse(message: string, hint: string): void {
  fail('', { code: 'file_unreadable', message, hint, detail: null });
}

function fail(name: string, failure: ErrorReport): void {
  useUpload.setState({ upload: { name, doneBytes: 0, totalBytes: null, failure } });
}
