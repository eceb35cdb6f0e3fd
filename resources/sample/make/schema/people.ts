import {
  foreignKey,
  identity,
  index,
  primaryKey,
  type SchemaFile,
  serial,
  table,
  touchTrigger,
  unique,
} from '../dump.ts';

/** The customers, the people who work there, their teams, and their keys. */
export const PEOPLE: readonly SchemaFile[] = [
  {
    name: 'accounts',
    objects: [
      {
        kind: 'DOMAIN',
        name: 'currency_code',
        sql: `CREATE DOMAIN public.currency_code AS character(3)
	CONSTRAINT currency_code_check CHECK ((VALUE ~ '^[A-Z]{3}$'::text));`,
      },
      {
        kind: 'DOMAIN',
        name: 'slug',
        sql: `CREATE DOMAIN public.slug AS character varying(64)
	CONSTRAINT slug_check CHECK (((VALUE)::text ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text));`,
      },
      {
        kind: 'FUNCTION',
        name: 'set_updated_at()',
        sql: `CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;`,
      },
      table(
        'accounts',
        [
          'id integer NOT NULL',
          'name character varying(120) NOT NULL',
          'slug public.slug NOT NULL',
          'industry text NOT NULL',
          'owner_id bigint',
          'billing_email character varying(255)',
          'contact_phone text',
          'street text',
          'city text NOT NULL',
          'country_code character(2) NOT NULL',
          'vat_number text',
          "currency public.currency_code DEFAULT 'EUR'::bpchar NOT NULL",
          "time_zone text DEFAULT 'UTC'::text NOT NULL",
          "settings jsonb DEFAULT '{}'::jsonb NOT NULL",
          "notes text DEFAULT ''::text NOT NULL",
          'created_at timestamp with time zone DEFAULT now() NOT NULL',
          'updated_at timestamp with time zone DEFAULT now() NOT NULL',
          'closed_at timestamp with time zone',
        ],
        {
          '': 'A customer of ours: one company, one workspace.',
          notes: "What the customer's success team knows.",
        },
      ),
      ...serial('accounts', 'integer'),
      primaryKey('accounts', 'id'),
      unique('accounts', 'slug'),
      index('accounts_settings_idx', 'accounts', 'gin (settings)'),
      touchTrigger('accounts'),
      foreignKey('accounts', 'owner_id', 'users', ' DEFERRABLE INITIALLY DEFERRED'),
    ],
  },
  {
    name: 'api_keys',
    objects: [
      table('api_keys', [
        'id uuid DEFAULT gen_random_uuid() NOT NULL',
        'account_id integer NOT NULL',
        'created_by_id bigint NOT NULL',
        'name text NOT NULL',
        'token_hash text NOT NULL',
        "scopes text[] DEFAULT '{}'::text[] NOT NULL",
        'created_at timestamp with time zone DEFAULT now() NOT NULL',
        'expires_on date',
        'revoked_at timestamp with time zone',
      ]),
      primaryKey('api_keys', 'id'),
      index(
        'api_keys_usable_token_hash_key',
        'api_keys',
        'btree (token_hash) WHERE (revoked_at IS NULL)',
        'UNIQUE',
      ),
      foreignKey('api_keys', 'account_id', 'accounts', ' ON DELETE CASCADE'),
      foreignKey('api_keys', 'created_by_id', 'users'),
    ],
  },
  {
    name: 'memberships',
    objects: [
      table('memberships', [
        'team_id integer NOT NULL',
        'user_id bigint NOT NULL',
        'is_lead boolean DEFAULT false NOT NULL',
        'joined_on date NOT NULL',
      ]),
      primaryKey('memberships', 'team_id', 'user_id'),
      index('memberships_user_id_idx', 'memberships', 'btree (user_id)'),
      foreignKey('memberships', 'team_id', 'teams', ' ON DELETE CASCADE'),
      foreignKey('memberships', 'user_id', 'users', ' ON DELETE CASCADE'),
    ],
  },
  {
    name: 'teams',
    objects: [
      table('teams', [
        'id integer NOT NULL',
        'account_id integer NOT NULL',
        'name text NOT NULL',
        'color character(7) NOT NULL',
        'created_at timestamp with time zone DEFAULT now() NOT NULL',
        "CONSTRAINT teams_color_check CHECK ((color ~ '^#[0-9a-f]{6}$'::text))",
      ]),
      identity('teams', 'BY DEFAULT'),
      primaryKey('teams', 'id'),
      unique('teams', 'account_id', 'name'),
      foreignKey('teams', 'account_id', 'accounts', ' ON DELETE CASCADE'),
    ],
  },
  {
    name: 'users',
    objects: [
      {
        kind: 'TYPE',
        name: 'user_role',
        sql: `CREATE TYPE public.user_role AS ENUM (
    'owner',
    'admin',
    'member',
    'guest'
);`,
      },
      table('users', [
        'id bigint NOT NULL',
        'account_id integer NOT NULL',
        'email character varying(255) NOT NULL',
        'first_name text',
        'last_name text',
        'phone text',
        'password_hash text',
        "role public.user_role DEFAULT 'member'::public.user_role NOT NULL",
        "job_title text DEFAULT ''::text NOT NULL",
        "locale text DEFAULT 'en'::text NOT NULL",
        'two_factor_enabled boolean DEFAULT false NOT NULL',
        "notify_about text[] DEFAULT '{}'::text[] NOT NULL",
        'invited_by_id bigint',
        'created_at timestamp with time zone DEFAULT now() NOT NULL',
        'deactivated_at timestamp with time zone',
      ]),
      identity('users', 'BY DEFAULT'),
      primaryKey('users', 'id'),
      index('users_account_id_idx', 'users', 'btree (account_id)'),
      index('users_lower_email_key', 'users', 'btree (lower((email)::text))', 'UNIQUE'),
      foreignKey('users', 'account_id', 'accounts'),
      foreignKey('users', 'invited_by_id', 'users', ' ON DELETE SET NULL'),
    ],
  },
];
