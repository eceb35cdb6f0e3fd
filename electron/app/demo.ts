import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type {
  DemoStatements,
  DressWish,
  ParameterDefinition,
  ParameterValues,
  Preview,
  Profile,
  RemovedProfile,
  ResetAllResult,
} from '../contract/demo.ts';
import {
  createProfile,
  duplicateProfile,
  profilesOf,
  removeProfile,
  saveProfile,
  setStatements,
  showStatements,
} from '../demo/demo.ts';
import { type ExchangeFormat, formatOf, readProfiles, writeProfiles } from '../demo/exchange.ts';
import {
  deleteDemo,
  findDemo,
  getDemo,
  getProfile,
  listProfiles,
  listRemovedProfiles,
  putProfile,
  type StoredProfile,
} from '../demo/records.ts';
import { undoableUntil } from '../installs/former.ts';
import type { Parts, Watch } from '../installs/parts.ts';
import { previewInstall } from '../installs/preview.ts';
import { changeInstall, getInstall, listInstalls } from '../installs/records.ts';
import { resetInstall } from '../installs/reset.ts';
import { reportOf } from '../jobs/report.ts';
import { writeDurable } from '../state/durable.ts';
import { fileError } from '../state/files.ts';

/** Demos of installs: statements, profiles, previews, and resets of all. */
export interface DemoApp {
  /** Checks the statements before it keeps them; the next reset applies them. */
  setStatements(
    name: string,
    statements: { file: string | null; sql: string; parameters?: Record<string, ParameterDefinition> },
  ): Promise<DemoStatements>;
  setStatementsFile(name: string, file: string): Promise<DemoStatements>;
  showStatements(name: string): Promise<DemoStatements>;
  clearStatements(name: string): void;
  previewStatements(name: string, wish: DressWish, watch: Watch): Promise<Preview>;
  listProfiles(name: string): Profile[];
  saveProfile(name: string, profile: string, values: ParameterValues): Promise<Profile>;
  /** As `saveProfile`, but never in the place of another. Throws `name_taken`. */
  createProfile(name: string, profile: string, values: ParameterValues): Promise<Profile>;
  /** It can be had back for a while. */
  deleteProfile(name: string, profile: string): Profile & { until: string };
  listRemovedProfiles(name: string): RemovedProfile[];
  /** Throws `profile_not_found` where it is gone for good, or another has its name. */
  undeleteProfile(name: string, profile: string): Profile;
  duplicateProfile(name: string, from: string, to: string): Profile;
  /** One profile or, with null, all of them as a text. */
  writeProfiles(name: string, profile: string | null, format: ExchangeFormat): string;
  /** Saves the profiles of such a text. */
  readProfiles(name: string, text: string, format: ExchangeFormat): Promise<Profile[]>;
  /** Writes one profile or, with null, all of them to a file: CSV by its ending, else JSON. */
  exportProfiles(
    name: string,
    profile: string | null,
    file: string,
  ): Promise<{ file: string; profiles: string[] }>;
  importProfiles(name: string, file: string): Promise<Profile[]>;
  resetAll(wish: DressWish, watch: Watch): Promise<ResetAllResult>;
}

export function openDemo(parts: Parts): DemoApp {
  const { state } = parts.core;
  const on = (name: string): string | null => getInstall(state, name).profile;
  const profileOf = (name: string, profile: string): Profile => ({
    ...getProfile(state, name, profile),
    on: on(name) === profile,
  });
  const stored = (name: string, profile: string | null): StoredProfile[] => {
    getInstall(state, name);
    return profile === null ? listProfiles(state, name) : [getProfile(state, name, profile)];
  };
  const app: DemoApp = {
    setStatements: async (name, statements) => {
      getInstall(state, name);
      const kept = findDemo(state, name);
      // The same text under no name is the file that it was: only its parameters are told of anew.
      const file = statements.file ?? (kept?.sql === statements.sql ? kept.file : null);
      await setStatements(state, name, { ...statements, file });
      return showStatements(state, name, on(name));
    },
    setStatementsFile: async (name, file) => {
      getInstall(state, name);
      return app.setStatements(name, { file: basename(file), sql: await readText(file) });
    },
    showStatements: async (name) => showStatements(state, name, on(name)),
    clearStatements: (name) => {
      getInstall(state, name);
      getDemo(state, name);
      deleteDemo(state, name);
    },
    previewStatements: (name, wish, watch) => previewInstall(parts, name, watch, wish),
    listProfiles: (name) => profilesOf(state, name, on(name)),
    saveProfile: async (name, profile, values) => {
      getInstall(state, name);
      await saveProfile(state, name, profile, values);
      return profileOf(name, profile);
    },
    createProfile: async (name, profile, values) => {
      getInstall(state, name);
      await createProfile(state, name, profile, values);
      return profileOf(name, profile);
    },
    deleteProfile: (name, profile) => {
      const gone = profileOf(name, profile);
      const until = undoableUntil(state);
      state.transaction(() => {
        removeProfile(state, name, profile, { until, wasOn: gone.on });
        if (gone.on) changeInstall(state, name, { profile: null });
      });
      return { ...gone, until };
    },
    listRemovedProfiles: (name) =>
      listRemovedProfiles(state, name).map((each) => ({ name: each.name, until: each.removed.until })),
    undeleteProfile: (name, profile) => {
      const found = listRemovedProfiles(state, name).find((each) => each.name === profile);
      // Throws what is said of a profile that is not there.
      if (found === undefined) return profileOf(name, profile);
      state.transaction(() => {
        putProfile(state, name, found);
        if (found.removed.wasOn && on(name) === null) changeInstall(state, name, { profile });
      });
      return profileOf(name, profile);
    },
    duplicateProfile: (name, from, to) => {
      getInstall(state, name);
      duplicateProfile(state, name, from, to);
      return profileOf(name, to);
    },
    writeProfiles: (name, profile, format) => writeProfiles(stored(name, profile), format),
    readProfiles: async (name, text, format) => {
      getInstall(state, name);
      const profiles = await readProfiles(text, format);
      for (const each of profiles) await saveProfile(state, name, each.name, each.values);
      return profiles.map((each) => profileOf(name, each.name));
    },
    exportProfiles: async (name, profile, file) => {
      const target = resolve(file);
      const profiles = stored(name, profile);
      await writeDurable(target, writeProfiles(profiles, formatOf(target)));
      return { file: target, profiles: profiles.map((each) => each.name) };
    },
    importProfiles: async (name, file) => app.readProfiles(name, await readText(file), formatOf(file)),
    resetAll: (wish, watch) => resetAll(parts, wish, watch),
  };
  return app;
}

// One after the other: they share the server's disk. One that fails is told and does not keep the others from it.
async function resetAll(parts: Parts, wish: DressWish, watch: Watch): Promise<ResetAllResult> {
  const result: ResetAllResult = { resets: [], failed: [] };
  for (const { name } of listInstalls(parts.core.state)) {
    watch.signal?.throwIfAborted();
    try {
      result.resets.push(await resetInstall(parts, name, watch, wish));
    } catch (error) {
      watch.signal?.throwIfAborted();
      const { code, message } = reportOf(error, parts.core.log.file);
      result.failed.push({ name, code, message });
    }
  }
  return result;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8');
  } catch (error) {
    throw fileError(error, resolve(file), 'read');
  }
}
