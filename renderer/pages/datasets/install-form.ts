import type { InstallRequest } from '../../../electron/contract/install.ts';
import type { ServerKind } from '../../../electron/contract/server.ts';
import { texts } from '../../texts/datasets.ts';

/** What an install dialog holds; what is empty was not said. */
export interface InstallForm {
  readonly name: string;
  readonly server: ServerKind;
  readonly postgres: string;
  readonly port: string;
  readonly tables: readonly string[];
  readonly schemaFile: string;
  readonly afterFile: string;
  readonly createdb: boolean;
  readonly allowPersonalData: string;
}

export const emptyInstall: InstallForm = {
  name: '',
  server: 'embedded',
  postgres: '',
  port: '',
  tables: [],
  schemaFile: '',
  afterFile: '',
  createdb: false,
  allowPersonalData: '',
};

/** The form as it is asked for. */
export function requestOf(dataset: string, form: InstallForm): InstallRequest {
  return {
    dataset,
    name: said(form.name),
    server: form.server,
    postgres: form.postgres === '' ? null : Number(form.postgres),
    port: form.port === '' ? null : Number(form.port),
    schemaFile: said(form.schemaFile),
    afterFile: said(form.afterFile),
    tables: form.tables.length === 0 ? null : [...form.tables],
    createdb: form.createdb,
    allowPersonalData: said(form.allowPersonalData),
  };
}

/** What is wrong with the name, null where nothing is that can be told here; the app knows the rest. */
export function nameProblemOf(name: string): string | null {
  return /^[a-z][a-z0-9_]{0,30}$/.test(name) ? null : texts.nameWrong;
}

/** What an install would leave of a disk: bytes that are missing, 0 where it fits, null where its size is not known. */
export function missingBytes(
  neededBytes: number | null,
  { freeBytes, keepFreeBytes }: { freeBytes: number; keepFreeBytes: number },
): number | null {
  return neededBytes === null ? null : Math.max(0, neededBytes + keepFreeBytes - freeBytes);
}

function said(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
