import { isAbsolute, resolve } from 'node:path';
import type { ParameterDefinition } from '../contract/demo.ts';
import { Recipe } from '../contract/impersonation.ts';
import type { InstallRequest } from '../contract/install.ts';
import type { ProjectInstall } from '../contract/project.ts';
import type { InstallOptions } from '../installs/records.ts';
import type { Project } from './files.ts';

/** The reference of an install's dataset; a path is one from the project's folder. */
export function datasetOf({ folder }: Pick<Project, 'folder'>, { dataset }: ProjectInstall): string {
  const isRelative = /^\.{1,2}([/\\]|$)/.test(dataset);
  return isRelative && !isAbsolute(dataset) ? resolve(folder, dataset) : dataset;
}

/** How an install of a project is asked for. Its scripts come by `optionsOf`, as they were read and agreed to. */
export function requestOf(project: Project, name: string, spec: ProjectInstall): InstallRequest {
  const { kind = null, port = null, postgres = null, image = null } = spec.server ?? {};
  return {
    dataset: datasetOf(project, spec),
    name,
    server: kind,
    port,
    postgres,
    image,
    schemaFile: null,
    afterFile: null,
    tables: spec.tables ?? null,
    createdb: spec.createdb === true,
    allowPersonalData: null,
  };
}

/** The scripts of an install as they were agreed to. Several run as one, in their order. */
export function optionsOf(project: Project, spec: ProjectInstall): Pick<InstallOptions, 'schema' | 'after'> {
  const textOf = (name: string): string => project.scripts.get(name) ?? '';
  const after = spec.afterInstall ?? [];
  return {
    schema: spec.schema === undefined ? null : textOf(spec.schema),
    // A script may lack its last semicolon.
    after: after.length === 0 ? null : { file: after.join(', '), sql: after.map(textOf).join('\n;\n') },
  };
}

/** What the project tells of the parameters of an install's statements. */
export function parametersOf({ demo }: ProjectInstall): Record<string, ParameterDefinition> {
  return Object.fromEntries(
    Object.entries(demo?.parameters ?? {}).map(([name, { label, default: value, kind, choices = [] }]) => [
      name,
      {
        label: label ?? null,
        default: value ?? null,
        kind: kind ?? (choices.length > 0 ? 'choice' : 'text'),
        choices,
      },
    ]),
  );
}

/** The ways to become a user that the project has. */
export function recipesOf({ impersonate }: ProjectInstall): Recipe[] {
  return Object.entries(impersonate ?? {}).map(([name, { parameters = {}, ...spec }]) =>
    Recipe.parse({
      ...spec,
      name,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([key, { label, default: value }]) => [
          key,
          { label: label ?? null, default: value ?? null },
        ]),
      ),
    }),
  );
}
