import { RockpoolError } from '../contract/errors.ts';
import type { PlannedInstall, ProjectInstall, ProjectPlan } from '../contract/project.ts';
import { readScript } from '../demo/script.ts';
import { findInstall } from '../installs/records.ts';
import { readReference } from '../installs/reference.ts';
import type { StateDb } from '../state/database.ts';
import { fillTemplate, requireKeys } from './env.ts';
import { envFileOf, type Project } from './files.ts';
import { isTrusted } from './trust.ts';
import { datasetOf, recipesOf } from './wishes.ts';

/** Checks all of a project that can be checked without running anything of it, and tells what `up` would do. */
export async function planProject(state: StateDb, project: Project): Promise<ProjectPlan> {
  const installs: PlannedInstall[] = [];
  for (const [name, spec] of Object.entries(project.content.installs)) {
    await checkInstall(project, name, spec);
    installs.push(planInstall(state, project, name, spec));
  }
  const { file, folder, hash, text } = project;
  return { file, folder, hash, text, trusted: isTrusted(state, project), installs };
}

/** The variables that an install writes into its env file. */
export function templatesOf({ env }: ProjectInstall): Record<string, string> {
  const { file: _file, ...templates } = env ?? { file: '' };
  return templates;
}

async function checkInstall(project: Project, name: string, spec: ProjectInstall): Promise<void> {
  const { file, folder } = project;
  readReference(datasetOf(project, spec));
  const templates = templatesOf(spec);
  requireKeys(Object.keys(templates), file);
  for (const template of Object.values(templates)) fillTemplate(template, emptyInstall);
  if (spec.env !== undefined) envFileOf(folder, spec.env.file, file);
  recipesOf(spec);
  const { demo } = spec;
  if (demo === undefined) return;
  await readScript(project.scripts.get(demo.statements) ?? '', demo.statements);
  if (demo.profile === undefined || Object.hasOwn(demo.profiles ?? {}, demo.profile)) return;
  throw new RockpoolError(
    'project_invalid',
    `${file}: ${name} begins with the profile ${demo.profile}, which it does not have.`,
    {
      hint: `There are: ${Object.keys(demo.profiles ?? {}).join(', ') || 'none'}.`,
      detail: { file, install: name, profile: demo.profile },
    },
  );
}

function planInstall(state: StateDb, project: Project, name: string, spec: ProjectInstall): PlannedInstall {
  const { server, env, demo } = spec;
  const script = (file: string, use: string) => ({ file, use, text: project.scripts.get(file) ?? '' });
  const words = [
    server?.kind ?? 'the server that fits',
    ...(server?.postgres === undefined ? [] : [`PostgreSQL ${server.postgres}`]),
    ...(server?.port === undefined ? [] : [`port ${server.port}`]),
    ...(server?.image === undefined ? [] : [`image ${server.image}`]),
  ];
  return {
    name,
    dataset: datasetOf(project, spec),
    server: words.join(', '),
    state: findInstall(state, name) === null ? 'missing' : 'present',
    sql: [
      ...(spec.schema === undefined ? [] : [script(spec.schema, 'makes the schema')]),
      ...(spec.afterInstall ?? []).map((file) => script(file, 'runs after the load')),
      ...(demo === undefined ? [] : [script(demo.statements, 'dresses each fresh copy')]),
      ...Object.entries(spec.impersonate ?? {}).flatMap(([recipe, { sql }]) =>
        sql === undefined
          ? []
          : [{ file: `impersonate.${recipe}`, use: 'makes somebody a user, when asked to', text: sql }],
      ),
    ],
    env:
      env === undefined
        ? null
        : {
            file: env.file,
            variables: Object.entries(templatesOf(spec)).map(([key, value]) => ({ key, value })),
          },
    profiles: Object.keys(demo?.profiles ?? {}),
  };
}

const emptyInstall = {
  name: '',
  source: null,
  dataset: '',
  revision: '',
  server: '',
  host: '',
  port: 0,
  database: '',
  user: '',
  url: 'postgres://user:password@127.0.0.1:1/name',
  sizeBytes: 0,
  tables: 0,
  rows: 0,
};
