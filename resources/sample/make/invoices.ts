import type { Account } from './accounts.ts';
import { DAY_MS, firstOfMonth, HOUR_MS, monthName, SETTLED_AT, workingMoment } from './calendar.ts';
import { type Random, randomFor } from './random.ts';
import { type Subscription, seatsAt } from './subscriptions.ts';

/** A row of an invoice; discounts are negative. */
export type InvoiceLine = {
  kind: 'seats' | 'add_on' | 'service' | 'discount' | 'tax';
  description: string;
  quantity: number;
  unitCents: number;
};

/** An attempt to be paid. */
export type Payment = {
  method: 'card' | 'direct_debit' | 'bank_transfer';
  amountCents: number;
  attemptedAt: number;
  failureReason: string | null;
};

/** An invoice with its lines, whose sum is its total, and the payments for it. */
export type Invoice = {
  id: number;
  account: Account;
  subscription: Subscription | null;
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';
  issuedAt: number | null;
  dueAt: number | null;
  paidAt: number | null;
  memo: string | null;
  lines: InvoiceLine[];
  payments: Payment[];
};

/** Tells what was billed on the first of each month and what came of it by the time of the first revision. */
export function makeInvoices(subscriptions: readonly Subscription[]): Invoice[] {
  const random = randomFor('invoices');
  const habits = new Map(subscriptions.map(({ account }) => [account, pickHabits(random)]));
  const issued = subscriptions
    .flatMap((subscription) => invoicesOf(random, subscription, habits.get(subscription.account) as Habits))
    .sort((a, b) => (a.issuedAt ?? 0) - (b.issuedAt ?? 0));
  const drafts = random.sample(issued.slice(-150), 4).map((invoice) => draftFor(random, invoice.account));
  return [...issued, ...drafts].map((invoice, index) => Object.assign(invoice, { id: index + 1 }));
}

/** What an invoice asks for, in cents. */
export function totalOf(invoice: Invoice): number {
  return sum(invoice.lines);
}

/** The number that stands on an invoice once it is issued. */
export function numberOf(invoice: Invoice): string | null {
  return invoice.issuedAt === null ? null : `INV-${String(invoice.id).padStart(5, '0')}`;
}

// What stays the same from invoice to invoice of an account
type Habits = { method: Payment['method']; storage: number; workshop: boolean };

function pickHabits(random: Random): Habits {
  return {
    method: random.weighted({ card: 11, direct_debit: 5, bank_transfer: 4 }),
    storage: random.chance(0.22) ? random.int(1, 4) : 0,
    workshop: random.chance(0.2),
  };
}

function invoicesOf(random: Random, subscription: Subscription, habits: Habits): Invoice[] {
  if (!subscription.account.converts) return [];
  const until = Math.min(subscription.endsAt ?? SETTLED_AT, SETTLED_AT);
  const step = subscription.interval === 'year' ? 12 : 1;
  const invoices: Invoice[] = [];
  for (let month = subscription.billsFrom; month < until; month = firstOfMonth(month, step)) {
    const lines = linesOf(random, subscription, habits, month);
    const invoice: Invoice = {
      id: 0,
      account: subscription.account,
      subscription,
      status: 'open',
      issuedAt: month,
      dueAt: month + (habits.method === 'bank_transfer' ? 30 : 14) * DAY_MS,
      paidAt: null,
      memo: pickMemo(random),
      lines,
      payments: [],
    };
    if (random.chance(0.008)) {
      const memo = 'Wrong address; replaced by the invoice that follows.';
      invoices.push({ ...invoice, status: 'void', memo, payments: [] });
    }
    settle(random, invoice, habits.method);
    invoices.push(invoice);
  }
  return invoices;
}

function linesOf(random: Random, subscription: Subscription, habits: Habits, month: number): InvoiceLine[] {
  const { plan, interval, account } = subscription;
  const isYearly = interval === 'year';
  const span = isYearly ? `12 months from ${monthName(month)}` : monthName(month);
  // a year costs as much as ten months
  const factor = isYearly ? 10 : 1;
  const lines: InvoiceLine[] = [
    {
      kind: 'seats',
      description: `${plan.name} plan, ${span}`,
      quantity: seatsAt(subscription, month),
      unitCents: plan.seatPriceCents * factor,
    },
  ];
  if (habits.storage > 0) {
    lines.push({
      kind: 'add_on',
      description: 'Storage, 100 GB',
      quantity: habits.storage,
      unitCents: 500 * factor,
    });
  }
  if (habits.workshop && month === account.billsFrom) {
    lines.push({
      kind: 'service',
      description: 'Workshop "First steps", half a day',
      quantity: 1,
      unitCents: 48_000,
    });
  }
  if (subscription.discountPercent !== null) {
    const unitCents = -percentOf(sum(lines), subscription.discountPercent);
    lines.push({
      kind: 'discount',
      description: `Discount, ${subscription.discountPercent} %`,
      quantity: 1,
      unitCents,
    });
  }
  if (month === Date.UTC(2024, 11, 1) && random.chance(0.6)) {
    const unitCents = -percentOf(sum(lines), 8);
    lines.push({
      kind: 'discount',
      description: 'Credit for the outage of 12 November 2024',
      quantity: 1,
      unitCents,
    });
  }
  if (account.place.taxPercent > 0) {
    const unitCents = percentOf(sum(lines), account.place.taxPercent);
    lines.push({ kind: 'tax', description: `VAT, ${account.place.taxPercent} %`, quantity: 1, unitCents });
  }
  return lines;
}

const FAILURES = ['insufficient_funds', 'card_expired', 'declined', 'authentication_required'];

function settle(random: Random, invoice: Invoice, method: Payment['method']): void {
  const { account, subscription } = invoice;
  const issuedAt = invoice.issuedAt ?? 0;
  const amountCents = totalOf(invoice);
  const isLastOfLost = account.endsAt !== null && firstOfMonth(issuedAt, 2) > account.endsAt;
  if (isLastOfLost && account.endsAt !== null && account.endsAt < SETTLED_AT && random.chance(0.16)) {
    invoice.status = 'uncollectible';
    invoice.memo = 'Two reminders, no answer.';
    return;
  }
  const neverPaid = subscription?.isPastDue ? issuedAt >= Date.UTC(2026, 3, 1) : random.chance(0.004);

  let moment = firstAttempt(random, method, account, issuedAt);
  const retries = neverPaid ? 3 : Number(random.weighted({ '0': 90, '1': 8, '2': 2 }));
  const failures = method === 'bank_transfer' ? 0 : retries;
  for (let failed = 0; failed < failures && moment <= SETTLED_AT; failed += 1) {
    const failureReason = method === 'card' ? random.pick(FAILURES) : 'insufficient_funds';
    invoice.payments.push({ method, amountCents, attemptedAt: moment, failureReason });
    moment += 3 * DAY_MS + random.int(0, 2 * HOUR_MS);
  }
  if (neverPaid || moment > SETTLED_AT) return;

  const isSplit = method === 'bank_transfer' && random.chance(0.06);
  const firstCents = isSplit ? percentOf(amountCents, 50) : amountCents;
  invoice.payments.push({ method, amountCents: firstCents, attemptedAt: moment, failureReason: null });
  if (isSplit) {
    moment += random.int(5, 20) * DAY_MS;
    if (moment > SETTLED_AT) return;
    invoice.payments.push({
      method,
      amountCents: amountCents - firstCents,
      attemptedAt: moment,
      failureReason: null,
    });
  }
  invoice.status = 'paid';
  invoice.paidAt = moment;
}

// Cards and debits are run at night, transfers come when people get round to it
function firstAttempt(random: Random, method: Payment['method'], account: Account, issuedAt: number): number {
  if (method === 'card') return issuedAt + 3 * HOUR_MS + random.int(0, HOUR_MS);
  if (method === 'direct_debit')
    return issuedAt + random.int(4, 6) * DAY_MS + 5 * HOUR_MS + random.int(0, HOUR_MS);
  return workingMoment(random, issuedAt + 5 * DAY_MS, issuedAt + 36 * DAY_MS, account.place.utcOffset);
}

function pickMemo(random: Random): string | null {
  const kind = random.weighted({ none: 80, empty: 6, order: 3, thanks: 1 });
  if (kind === 'none') return null;
  if (kind === 'empty') return '';
  if (kind === 'order') return `Your order no. ${random.int(100, 999)}/${random.pick(['A', 'B', 'K'])}`;
  return 'Please note our new address.\nThank you for staying with us, the "Tidewater" team';
}

function draftFor(random: Random, account: Account): Invoice {
  const hours = random.int(2, 9);
  const lines: InvoiceLine[] = [
    { kind: 'service', description: 'Help with the import, by the hour', quantity: hours, unitCents: 9_500 },
  ];
  return {
    id: 0,
    account,
    subscription: null,
    status: 'draft',
    issuedAt: null,
    dueAt: null,
    paidAt: null,
    memo: null,
    lines,
    payments: [],
  };
}

function sum(lines: readonly InvoiceLine[]): number {
  return lines.reduce((total, line) => total + line.quantity * line.unitCents, 0);
}

function percentOf(cents: number, percent: number): number {
  return Math.floor((cents * percent + 50) / 100);
}
