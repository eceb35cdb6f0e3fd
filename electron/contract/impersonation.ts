import { z } from 'zod';

/** How an application keeps a password. `bcrypt-php` is bcrypt as PHP writes it, `none` the password itself. */
export const PasswordScheme = z.enum([
  'bcrypt',
  'bcrypt-php',
  'devise',
  'argon2id',
  'scrypt-werkzeug',
  'pbkdf2-django',
  'none',
]);
export type PasswordScheme = z.infer<typeof PasswordScheme>;

const webAddress = z
  .string()
  .regex(/^https?:\/\/[^\s/?#]/i, 'an address to open starts with http:// or https://');

/** A token that is signed with a secret of the development set-up. Texts may hold `%(name)s`. */
export const TokenRecipe = z.object({
  algorithm: z.enum(['HS256', 'HS384', 'HS512']).default('HS256'),
  /** Null where it is kept apart or given as the parameter `secret`. */
  secret: z.string().nullable().default(null),
  claims: z.record(z.string(), z.json()).default({ sub: '%(user_id)s' }),
  expiresInSeconds: z
    .number()
    .int()
    .positive()
    .default(8 * 3600),
});
export type TokenRecipe = z.infer<typeof TokenRecipe>;

/** A way to become a user: what is run in the database, and what to do next. Texts may hold `%(name)s`. */
export const Recipe = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'a recipe is named in small letters, digits, _ and -'),
  title: z.string().nullable().default(null),
  /** Null where nothing is changed in the database. */
  sql: z.string().nullable().default(null),
  password: z.object({ scheme: PasswordScheme }).nullable().default(null),
  token: TokenRecipe.nullable().default(null),
  /** `NAME=VALUE`, to be set in the browser. */
  cookie: z.string().nullable().default(null),
  open: webAddress.nullable().default(null),
  /** Parameters of the recipe's own, with what holds where nothing is given. */
  parameters: z
    .record(z.string(), z.object({ label: z.string().nullable(), default: z.string().nullable() }))
    .default({}),
});
export type Recipe = z.infer<typeof Recipe>;

/** A recipe as it can be chosen: `origin` says who made it, `missing` what it wants to be told. */
export const RecipeOffer = z.object({
  name: z.string(),
  title: z.string(),
  origin: z.enum(['found', 'project', 'person']),
  scheme: PasswordScheme.nullable(),
  changesDatabase: z.boolean(),
  parameters: z.array(
    z.object({ name: z.string(), label: z.string().nullable(), default: z.string().nullable() }),
  ),
});
export type RecipeOffer = z.infer<typeof RecipeOffer>;

/** Where the users are, as a person or a project says; what is null or empty is found. */
export const UsersChoice = z.object({
  /** `schema.name` or `name`. */
  table: z.string().nullable().default(null),
  show: z.array(z.string()).default([]),
});
export type UsersChoice = z.infer<typeof UsersChoice>;

/** One user of the data. `id` is the key; the parts of one of several columns stand with commas between. */
export const SampleUser = z.object({
  id: z.string(),
  label: z.string(),
  columns: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** True for one that is deleted or locked: the application may not let it in. */
  gone: z.boolean(),
});
export type SampleUser = z.infer<typeof SampleUser>;

/** Users of an install. With `more` there are others that fit. */
export const FoundUsers = z.object({
  table: z.string(),
  users: z.array(SampleUser),
  more: z.boolean(),
});
export type FoundUsers = z.infer<typeof FoundUsers>;

/** Which tables may hold the users, the likeliest first, and how one of them can be become. */
export const UsersPlace = z.object({
  table: z.string(),
  candidates: z.array(z.string()),
  recipes: z.array(RecipeOffer),
});
export type UsersPlace = z.infer<typeof UsersPlace>;

/** What to do to be that user; what does not apply is null. */
export const NextStep = z.object({
  /** What to type as the user's name. */
  login: z.string().nullable(),
  password: z.string().nullable(),
  token: z.string().nullable(),
  cookie: z.string().nullable(),
  open: z.string().nullable(),
});
export type NextStep = z.infer<typeof NextStep>;

/** Who is impersonated in an install. */
export const Impersonation = z.object({
  user: z.string(),
  label: z.string(),
  recipe: z.string(),
  since: z.iso.datetime(),
});
export type Impersonation = z.infer<typeof Impersonation>;

/** One value that becoming a user changes; a row that is made has no `before`, one that goes no `after`. */
export const ValueChange = z.object({
  table: z.string(),
  act: z.enum(['update', 'insert', 'delete']),
  column: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ValueChange = z.infer<typeof ValueChange>;

/** What becoming a user would do. */
export const ImpersonationPreview = z.object({
  user: SampleUser,
  recipe: z.string(),
  changes: z.array(ValueChange),
  warnings: z.array(z.string()),
});
export type ImpersonationPreview = z.infer<typeof ImpersonationPreview>;
