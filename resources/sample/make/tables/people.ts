import { type Account, activeUsers } from '../accounts.ts';
import { DAY_MS, SETTLED_AT } from '../calendar.ts';
import { type Columns, day, instant, type Json, jsonb, optional, textArray, writeCsv } from '../csv.ts';
import { pickColor } from '../labels.ts';
import { randomFor, randomUuid } from '../random.ts';
import { DESTROYED, REPLACED, redactedEmail, scrambled } from '../redaction.ts';

/** Writes the tables of customers and people: CSV text by table name. */
export function peopleTables(accounts: readonly Account[]): Record<string, string> {
  const users = accounts.flatMap((account) => account.users).sort((a, b) => a.id - b.id);
  const teams = accounts.flatMap((account) => account.teams).sort((a, b) => a.id - b.id);
  const members = teams.flatMap((team) => team.members.map((member) => ({ team, ...member })));
  const random = randomFor('users');
  return {
    accounts: writeCsv(accounts, accountColumns()),
    api_keys: apiKeys(accounts),
    memberships: writeCsv(members, {
      team_id: ({ team }) => team.id,
      user_id: ({ user }) => user.id,
      is_lead: ({ isLead }) => isLead,
      joined_on: ({ joinedAt }) => day(joinedAt),
    }),
    teams: writeCsv(teams, {
      id: (team) => team.id,
      account_id: (team) => team.account.id,
      name: (team) => team.name,
      color: (team) => pickColor(team.id),
      created_at: (team) => instant(team.createdAt),
    }),
    users: writeCsv(users, {
      id: (user) => user.id,
      account_id: (user) => user.account.id,
      email: (user) => redactedEmail(user.id),
      first_name: () => REPLACED,
      last_name: () => REPLACED,
      phone: () => DESTROYED,
      password_hash: () => scrambled(random),
      role: (user) => user.role,
      job_title: (user) => user.jobTitle,
      locale: (user) => (random.chance(0.8) ? user.account.place.locale : 'en'),
      two_factor_enabled: () => random.chance(0.3),
      notify_about: () =>
        textArray(random.sample(['mentions', 'my tasks', 'due dates', 'invoices'], random.int(0, 3))),
      invited_by_id: (user) => user.invitedBy?.id ?? null,
      created_at: (user) => instant(user.createdAt),
      deactivated_at: (user) => optional(user.deactivatedAt, instant),
    }),
  };
}

const NOTES = [
  'Asked for "read-only guests"; see the roadmap.',
  'Wants one invoice for both offices, net 30.\nCall before changing the plan.',
  'Speaks at our meetup, be nice 🙂',
  'Import from spreadsheets, 3 files:\n- clients\n- projects, "old" and "new"\n- hours',
  'Très bon contact.',
];

function accountColumns(): Columns<Account> {
  const random = randomFor('accounts table');
  return {
    id: (account) => account.id,
    name: (account) => account.name,
    slug: (account) => account.slug,
    industry: (account) => account.industry,
    owner_id: (account) => account.users[0]?.id ?? null,
    billing_email: (account) => redactedEmail(account.id),
    contact_phone: () => DESTROYED,
    street: () => REPLACED,
    city: (account) => account.place.city,
    country_code: (account) => account.place.country,
    vat_number: () => DESTROYED,
    currency: (account) => account.place.currency,
    time_zone: (account) => account.place.timeZone,
    settings: () => jsonb(pickSettings(random)),
    notes: () => (random.chance(0.15) ? random.pick(NOTES) : ''),
    created_at: (account) => instant(account.createdAt),
    updated_at: (account) => instant(updatedAt(account)),
    closed_at: (account) => optional(closedAt(account), instant),
  };
}

function pickSettings(random: ReturnType<typeof randomFor>): Json {
  const settings: Record<string, Json> = { theme: random.weighted({ light: 5, dark: 3, system: 4 }) };
  if (random.chance(0.5)) settings.week_starts_on = random.weighted({ monday: 6, sunday: 1 });
  if (random.chance(0.3))
    settings.modules = random.sample(['budgets', 'time sheets', 'calendar'], random.int(1, 3));
  if (random.chance(0.12)) settings.invoice = { copy_to_owner: true, footer: 'Thank you — "see you soon"' };
  return settings;
}

// Accounts are closed by a job that runs in the night to the first of a month
function closedAt(account: Account): number | null {
  return account.endsAt === null || account.endsAt > SETTLED_AT
    ? null
    : account.endsAt + 9_000_000 + account.id * 217;
}

function updatedAt(account: Account): number {
  const last = closedAt(account) ?? account.cancelledAt ?? account.billsFrom + 5_400_000 + account.id * 1013;
  return last > SETTLED_AT ? account.createdAt + 61_000 : last;
}

const KEY_NAMES = [
  'CI',
  'time tracker',
  'automation',
  'website form',
  'reporting',
  'backup, nightly',
  'test (do not use)',
];

function apiKeys(accounts: readonly Account[]): string {
  const random = randomFor('api_keys');
  const keys = accounts
    .filter((account) => account.users.length > 5)
    .flatMap((account) => {
      const until = Math.min(account.endsAt ?? SETTLED_AT, SETTLED_AT);
      return random.sample(KEY_NAMES, random.int(0, 4)).map((name) => {
        const createdAt = Math.floor(account.createdAt + random.next() * (until - account.createdAt));
        const isRevoked = random.chance(0.25) && until - createdAt > 9 * DAY_MS;
        return {
          id: randomUuid(random),
          account,
          createdBy: random.pick(activeUsers(account, createdAt)),
          name,
          tokenHash: scrambled(random),
          scopes: random.sample(
            ['tasks:read', 'tasks:write', 'files:read', 'invoices:read'],
            random.int(1, 3),
          ),
          createdAt,
          expiresAt: random.chance(0.4) ? createdAt + 365 * DAY_MS : null,
          revokedAt: isRevoked ? createdAt + random.int(1, 9) * DAY_MS : null,
        };
      });
    })
    .sort((a, b) => a.createdAt - b.createdAt);
  return writeCsv(keys, {
    id: (key) => key.id,
    account_id: (key) => key.account.id,
    created_by_id: (key) => key.createdBy.id,
    name: (key) => key.name,
    token_hash: (key) => key.tokenHash,
    scopes: (key) => textArray(key.scopes),
    created_at: (key) => instant(key.createdAt),
    expires_on: (key) => optional(key.expiresAt, day),
    revoked_at: (key) => optional(key.revokedAt, instant),
  });
}
