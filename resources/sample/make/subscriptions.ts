import { type Account, activeUsers } from './accounts.ts';
import { DAY_MS, firstOfMonth, LAUNCHED_AT, SETTLED_AT } from './calendar.ts';
import type { Json } from './csv.ts';
import { type Random, randomFor } from './random.ts';

/** What can be bought. */
export type Plan = {
  id: number;
  code: string;
  name: string;
  seatPriceCents: number;
  features: readonly string[];
  limits: Json;
  isPublic: boolean;
  introducedAt: number;
};

const LATER = Date.UTC(2024, 2, 1);

/** The five plans, by size; the first one is sold no more. */
export const PLANS = {
  founders: plan(
    1,
    'founders',
    'Founders',
    500,
    ['tasks', 'files'],
    { projects: 50, storage_gb: 20 },
    LAUNCHED_AT,
    false,
  ),
  solo: plan(2, 'solo', 'Solo', 900, ['tasks', 'files'], { projects: 5, storage_gb: 5 }, LAUNCHED_AT),
  team: plan(
    3,
    'team',
    'Team',
    750,
    ['tasks', 'files', 'labels'],
    { projects: 25, storage_gb: 50 },
    LAUNCHED_AT,
  ),
  studio: plan(
    4,
    'studio',
    'Studio',
    1100,
    ['tasks', 'files', 'labels', 'budgets', 'API access'],
    { projects: 200, storage_gb: 250 },
    LAUNCHED_AT,
  ),
  business: plan(
    5,
    'business-plus',
    'Business+',
    1600,
    ['tasks', 'files', 'labels', 'budgets', 'API access', 'single sign-on'],
    {
      projects: null,
      storage_gb: 1000,
      support: { hours: '7-19', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
    },
    LATER,
  ),
} as const;

/** A plan that an account has or had for a while. */
export type Subscription = {
  id: number;
  account: Account;
  plan: Plan;
  interval: 'month' | 'year';
  discountPercent: number | null;
  startsAt: number;
  /** The first day that is billed. */
  billsFrom: number;
  endsAt: number | null;
  cancelReason: string | null;
  /** Whether the account began with it, and hence tried it for free until `billsFrom`. */
  isFirst: boolean;
  /** Whether this account has stopped paying lately. */
  isPastDue: boolean;
};

/** Tells which plans the accounts took, moved up to, and left. */
export function makeSubscriptions(accounts: readonly Account[]): Subscription[] {
  const random = randomFor('subscriptions');
  const subscriptions = accounts.flatMap((account) => subscriptionsOf(random, account));
  subscriptions.sort((a, b) => a.startsAt - b.startsAt);
  return subscriptions.map((subscription, index) => Object.assign(subscription, { id: index + 1 }));
}

/** The seats of a subscription at a moment: the people who can sign in. */
export function seatsAt(subscription: Subscription, moment: number): number {
  return activeUsers(subscription.account, moment).length;
}

const REASONS = [
  'Too expensive',
  'Missing feature: time sheets',
  'Project over',
  'Moved to another tool',
  'Company closed',
  '',
  'Said: "We are back on paper, and happy."',
];

function subscriptionsOf(random: Random, account: Account): Subscription[] {
  const until = Math.min(account.endsAt ?? SETTLED_AT, SETTLED_AT);
  const size = activeUsers(account, until - 1).length;
  const isEarly = account.createdAt < Date.UTC(2023, 6, 1);
  const full =
    size > 16 && until > LATER
      ? PLANS.business
      : size > 7
        ? PLANS.studio
        : size > 1
          ? PLANS.team
          : PLANS.solo;
  const interval = random.chance(0.13) ? 'year' : 'month';
  const paysForLong = account.converts && account.endsAt === null && account.billsFrom < Date.UTC(2026, 2, 1);
  const only: Subscription = {
    id: 0,
    account,
    plan: isEarly && random.chance(0.4) ? PLANS.founders : full,
    interval,
    discountPercent: random.chance(0.1) ? random.pick([5, 10, 12.5, 20]) : null,
    startsAt: account.createdAt,
    billsFrom: account.billsFrom,
    endsAt: account.endsAt,
    cancelReason: reasonToLeave(random, account),
    isFirst: true,
    isPastDue: interval === 'month' && paysForLong && random.chance(0.05),
  };

  const months = Math.floor((until - account.billsFrom) / (30 * DAY_MS));
  const canMoveUp = only.interval === 'month' && (full.id === 4 || full.id === 5) && months > 6;
  if (!canMoveUp || !random.chance(0.6)) return [only];
  const movedAt = Math.max(firstOfMonth(account.billsFrom, random.int(3, months - 2)), full.introducedAt);
  const before = only.plan === PLANS.founders ? PLANS.founders : PLANS.team;
  return [
    { ...only, plan: before, endsAt: movedAt, cancelReason: `Moved up to ${full.name}`, isPastDue: false },
    { ...only, plan: full, startsAt: movedAt, billsFrom: movedAt, isFirst: false },
  ];
}

function reasonToLeave(random: Random, account: Account): string | null {
  if (account.endsAt === null) return null;
  return account.converts ? random.pick(REASONS) : 'Trial ended without an order';
}

function plan(
  id: number,
  code: string,
  name: string,
  seatPriceCents: number,
  features: readonly string[],
  limits: Json,
  introducedAt: number,
  isPublic = true,
): Plan {
  return { id, code, name, seatPriceCents, features, limits, isPublic, introducedAt };
}
