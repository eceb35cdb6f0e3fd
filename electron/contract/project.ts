import { z } from 'zod';
import { ParameterKind } from './demo.ts';
import { PasswordScheme } from './impersonation.ts';
import { Install } from './install.ts';

/** The newest version of the project file that this Rockpool knows. */
export const projectVersion = 1;

const file = z.string().min(1).max(1000);
// YAML reads 42 and true as what they are; a value is text.
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.record(z.string(), scalar);

const ProjectServer = z.strictObject({
  kind: z
    .enum(['embedded', 'docker'])
    .describe('Where the database runs; without it the one that fits.')
    .optional(),
  postgres: z.number().int().min(9).max(99).describe('The major version of PostgreSQL.').optional(),
  port: z.number().int().min(1).max(65535).describe('A server of its own on this port.').optional(),
  image: z.string().min(1).max(255).describe('The image of the container.').optional(),
});

const ProjectParameter = z.strictObject({
  label: z.string().optional(),
  default: scalar.describe('What holds where a profile says nothing.').optional(),
  kind: ParameterKind.optional(),
  choices: z.array(scalar).describe('What a `choice` can be.').optional(),
});

const ProjectDemo = z.strictObject({
  statements: file.describe('SQL with %(name)s parameters, run on each fresh copy before it opens.'),
  parameters: z.record(z.string(), ProjectParameter).optional(),
  profiles: z.record(z.string(), values).describe('Named values, one set a prospect.').optional(),
  profile: z.string().describe('The profile that a new install begins with.').optional(),
});

const ProjectRecipe = z.strictObject({
  title: z.string().optional(),
  sql: z.string().optional(),
  password: z.strictObject({ scheme: PasswordScheme }).optional(),
  token: z
    .strictObject({
      algorithm: z.enum(['HS256', 'HS384', 'HS512']).optional(),
      claims: z.record(z.string(), z.json()).optional(),
      expiresInSeconds: z.number().int().positive().optional(),
    })
    .describe('A signed token; its secret is given as the parameter `secret`, never here.')
    .optional(),
  cookie: z.string().optional(),
  open: z.string().optional(),
  parameters: z
    .record(z.string(), z.strictObject({ label: z.string().optional(), default: scalar.optional() }))
    .optional(),
});

/** What a check does where it finds personal data, and which columns may hold some. */
export const CheckPolicy = z.strictObject({
  onFinding: z.enum(['refuse', 'warn', 'ignore']).optional(),
  allow: z.array(z.string()).describe('Columns as schema.table.column.').optional(),
});
export type CheckPolicy = z.infer<typeof CheckPolicy>;

export const ProjectInstall = z.strictObject({
  dataset: z.string().min(1).describe('SOURCE/DATASET[@REVISION], a path from this file’s folder, or a URL.'),
  server: ProjectServer.optional(),
  schema: file.describe('SQL with the schema, where the dataset has none.').optional(),
  tables: z
    .array(z.string())
    .min(1)
    .describe('Only the rows of these tables and of those that they refer to.')
    .optional(),
  afterInstall: z
    .array(file)
    .describe('SQL that runs on the clean copy before it is sealed, as its owner.')
    .optional(),
  createdb: z.boolean().describe('The user may make databases, as tools for migrations want.').optional(),
  env: z
    .object({ file })
    .catchall(z.string())
    .describe('Lines to write into a file: KEY: "{{url}}". Other lines of it stay as they are.')
    .optional(),
  demo: ProjectDemo.optional(),
  users: z.strictObject({ table: z.string().optional(), show: z.array(z.string()).optional() }).optional(),
  impersonate: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/), ProjectRecipe).optional(),
  check: CheckPolicy.optional(),
});
export type ProjectInstall = z.infer<typeof ProjectInstall>;

/** A `rockpool.yml`: what a team shares of its installs. */
export const ProjectFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(projectVersion).optional(),
  installs: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,30}$/), ProjectInstall),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

/** What `up` would do for one install. `sql` holds every script that would run, as it is. */
export const PlannedInstall = z.object({
  name: z.string(),
  dataset: z.string(),
  server: z.string(),
  state: z.enum(['missing', 'present']),
  sql: z.array(z.object({ file: z.string(), use: z.string(), text: z.string() })),
  env: z
    .object({ file: z.string(), variables: z.array(z.object({ key: z.string(), value: z.string() })) })
    .nullable(),
  profiles: z.array(z.string()),
});
export type PlannedInstall = z.infer<typeof PlannedInstall>;

/** A project file as it is shown before anything of it runs. `hash` is of it and all files that it names. */
export const ProjectPlan = z.object({
  file: z.string(),
  folder: z.string(),
  hash: z.string(),
  trusted: z.boolean(),
  text: z.string(),
  installs: z.array(PlannedInstall),
});
export type ProjectPlan = z.infer<typeof ProjectPlan>;

export const UpInstall = z.object({
  name: z.string(),
  action: z.enum(['installed', 'updated', 'unchanged']),
  install: Install,
  statements: z.object({ applied: z.number().int(), rows: z.number().int() }).nullable(),
  env: z.object({ file: z.string(), keys: z.array(z.string()), changed: z.boolean() }).nullable(),
  notes: z.array(z.string()),
});
export type UpInstall = z.infer<typeof UpInstall>;

export const UpResult = z.object({ file: z.string(), installs: z.array(UpInstall) });
export type UpResult = z.infer<typeof UpResult>;

/** `servers` were stopped; `removed` are installs that are gone; `notes` say what stayed and why. */
export const DownResult = z.object({
  file: z.string(),
  servers: z.array(z.string()),
  removed: z.array(z.string()),
  notes: z.array(z.string()),
});
export type DownResult = z.infer<typeof DownResult>;
