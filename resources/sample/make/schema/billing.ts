import { foreignKey, identity, index, primaryKey, type SchemaFile, serial, table, unique } from '../dump.ts';

/** What is sold, to whom, and what came of it. */
export const BILLING: readonly SchemaFile[] = [
  {
    name: 'invoice_lines',
    objects: [
      table('invoice_lines', [
        'id bigint NOT NULL',
        'invoice_id bigint NOT NULL',
        '"position" smallint NOT NULL',
        'kind text NOT NULL',
        'description text NOT NULL',
        'quantity integer DEFAULT 1 NOT NULL',
        'unit_price numeric(10,2) NOT NULL',
        'amount numeric(12,2) GENERATED ALWAYS AS (((quantity)::numeric * unit_price)) STORED',
        "CONSTRAINT invoice_lines_kind_check CHECK ((kind = ANY (ARRAY['seats'::text, 'add_on'::text, 'service'::text, 'discount'::text, 'tax'::text])))",
        'CONSTRAINT invoice_lines_quantity_check CHECK ((quantity > 0))',
      ]),
      ...serial('invoice_lines', 'bigint'),
      primaryKey('invoice_lines', 'id'),
      unique('invoice_lines', 'invoice_id', '"position"'),
      foreignKey('invoice_lines', 'invoice_id', 'invoices', ' ON DELETE CASCADE'),
    ],
  },
  {
    name: 'invoices',
    objects: [
      {
        kind: 'TYPE',
        name: 'invoice_status',
        sql: `CREATE TYPE public.invoice_status AS ENUM (
    'draft',
    'open',
    'paid',
    'uncollectible',
    'void'
);`,
      },
      table(
        'invoices',
        [
          'id bigint NOT NULL',
          'account_id integer NOT NULL',
          'subscription_id integer',
          'number text',
          "status public.invoice_status DEFAULT 'draft'::public.invoice_status NOT NULL",
          'currency public.currency_code NOT NULL',
          'total numeric(12,2) DEFAULT 0 NOT NULL',
          'issued_on date',
          'due_on date',
          'paid_at timestamp with time zone',
          'memo text',
          "CONSTRAINT invoices_paid_at_check CHECK (((status = 'paid'::public.invoice_status) = (paid_at IS NOT NULL)))",
        ],
        { number: 'Given when the invoice is issued; a draft has none.' },
      ),
      identity('invoices', 'BY DEFAULT'),
      primaryKey('invoices', 'id'),
      unique('invoices', 'number'),
      index('invoices_account_id_idx', 'invoices', 'btree (account_id)'),
      index(
        'invoices_open_due_on_idx',
        'invoices',
        "btree (due_on) WHERE (status = 'open'::public.invoice_status)",
      ),
      foreignKey('invoices', 'account_id', 'accounts'),
      foreignKey('invoices', 'subscription_id', 'subscriptions'),
    ],
  },
  {
    name: 'payments',
    objects: [
      table('payments', [
        'id bigint NOT NULL',
        'invoice_id bigint NOT NULL',
        'method text NOT NULL',
        'succeeded boolean NOT NULL',
        'amount numeric(12,2) NOT NULL',
        'currency public.currency_code NOT NULL',
        'reference text',
        'failure_reason text',
        'attempted_at timestamp with time zone NOT NULL',
        'CONSTRAINT payments_amount_check CHECK ((amount > (0)::numeric))',
        "CONSTRAINT payments_method_check CHECK ((method = ANY (ARRAY['card'::text, 'direct_debit'::text, 'bank_transfer'::text])))",
      ]),
      identity('payments', 'BY DEFAULT'),
      primaryKey('payments', 'id'),
      index('payments_invoice_id_idx', 'payments', 'btree (invoice_id)'),
      foreignKey('payments', 'invoice_id', 'invoices'),
    ],
  },
  {
    name: 'plans',
    objects: [
      table('plans', [
        'id smallint NOT NULL',
        'code public.slug NOT NULL',
        'name text NOT NULL',
        'seat_price numeric(8,2) NOT NULL',
        'features text[] NOT NULL',
        'limits jsonb NOT NULL',
        'is_public boolean NOT NULL',
        'introduced_on date NOT NULL',
      ]),
      primaryKey('plans', 'id'),
      unique('plans', 'code'),
    ],
  },
  {
    name: 'subscriptions',
    objects: [
      {
        kind: 'TYPE',
        name: 'subscription_status',
        sql: `CREATE TYPE public.subscription_status AS ENUM (
    'trialing',
    'active',
    'past_due',
    'ended'
);`,
      },
      table('subscriptions', [
        'id integer NOT NULL',
        'account_id integer NOT NULL',
        'plan_id smallint NOT NULL',
        'status public.subscription_status NOT NULL',
        'seats integer NOT NULL',
        'billing_interval text NOT NULL',
        'discount_percent numeric(4,1)',
        'starts_on date NOT NULL',
        'trial_ends_on date',
        'ends_on date',
        'current_period daterange',
        'cancelled_at timestamp with time zone',
        'cancel_reason text',
        "CONSTRAINT subscriptions_billing_interval_check CHECK ((billing_interval = ANY (ARRAY['month'::text, 'year'::text])))",
        'CONSTRAINT subscriptions_seats_check CHECK ((seats > 0))',
      ]),
      identity('subscriptions', 'BY DEFAULT'),
      primaryKey('subscriptions', 'id'),
      index(
        'subscriptions_one_running_key',
        'subscriptions',
        "btree (account_id) WHERE (status <> 'ended'::public.subscription_status)",
        'UNIQUE',
      ),
      foreignKey('subscriptions', 'account_id', 'accounts'),
      foreignKey('subscriptions', 'plan_id', 'plans'),
    ],
  },
  {
    name: 'unpaid_invoices',
    objects: [
      {
        kind: 'VIEW',
        name: 'unpaid_invoices',
        sql: `CREATE VIEW public.unpaid_invoices AS
 SELECT i.id,
    i.number,
    a.name AS account,
    i.currency,
    i.total,
    (i.total - COALESCE(sum(p.amount) FILTER (WHERE p.succeeded), (0)::numeric)) AS outstanding,
    i.due_on,
    (CURRENT_DATE - i.due_on) AS days_overdue
   FROM ((public.invoices i
     JOIN public.accounts a ON ((a.id = i.account_id)))
     LEFT JOIN public.payments p ON ((p.invoice_id = i.id)))
  WHERE (i.status = 'open'::public.invoice_status)
  GROUP BY i.id, i.number, a.name, i.currency, i.total, i.due_on;`,
      },
    ],
  },
];
