import { firstOfMonth, SETTLED_AT } from '../calendar.ts';
import { day, dayRange, decimal, instant, jsonb, optional, textArray, writeCsv } from '../csv.ts';
import { type Invoice, numberOf, totalOf } from '../invoices.ts';
import { randomFor } from '../random.ts';
import { scrambled } from '../redaction.ts';
import { PLANS, type Subscription, seatsAt } from '../subscriptions.ts';

/** Writes the tables of plans, subscriptions and money: CSV text by table name. */
export function billingTables(
  subscriptions: readonly Subscription[],
  invoices: readonly Invoice[],
): Record<string, string> {
  const lines = invoices.flatMap((invoice) =>
    invoice.lines.map((line, index) => ({ invoice, position: index + 1, ...line })),
  );
  const payments = invoices
    .flatMap((invoice) => invoice.payments.map((payment) => ({ invoice, ...payment })))
    .sort((a, b) => a.attemptedAt - b.attemptedAt);
  const references = randomFor('payments');
  return {
    invoice_lines: writeCsv(numbered(lines), {
      id: (line) => line.id,
      invoice_id: (line) => line.invoice.id,
      position: (line) => line.position,
      kind: (line) => line.kind,
      description: (line) => line.description,
      quantity: (line) => line.quantity,
      unit_price: (line) => decimal(line.unitCents),
      amount: (line) => decimal(line.quantity * line.unitCents),
    }),
    invoices: writeCsv(invoices, {
      id: (invoice) => invoice.id,
      account_id: (invoice) => invoice.account.id,
      subscription_id: (invoice) => invoice.subscription?.id ?? null,
      number: (invoice) => numberOf(invoice),
      status: (invoice) => invoice.status,
      currency: (invoice) => invoice.account.place.currency,
      total: (invoice) => decimal(totalOf(invoice)),
      issued_on: (invoice) => optional(invoice.issuedAt, day),
      due_on: (invoice) => optional(invoice.dueAt, day),
      paid_at: (invoice) => optional(invoice.paidAt, instant),
      memo: (invoice) => invoice.memo,
    }),
    payments: writeCsv(numbered(payments), {
      id: (payment) => payment.id,
      invoice_id: (payment) => payment.invoice.id,
      method: (payment) => payment.method,
      succeeded: (payment) => payment.failureReason === null,
      amount: (payment) => decimal(payment.amountCents),
      currency: (payment) => payment.invoice.account.place.currency,
      reference: (payment) => (payment.failureReason === null ? scrambled(references) : null),
      failure_reason: (payment) => payment.failureReason,
      attempted_at: (payment) => instant(payment.attemptedAt),
    }),
    plans: writeCsv(Object.values(PLANS), {
      id: (plan) => plan.id,
      code: (plan) => plan.code,
      name: (plan) => plan.name,
      seat_price: (plan) => decimal(plan.seatPriceCents),
      features: (plan) => textArray(plan.features),
      limits: (plan) => jsonb(plan.limits),
      is_public: (plan) => plan.isPublic,
      introduced_on: (plan) => day(plan.introducedAt),
    }),
    subscriptions: writeCsv(subscriptions, {
      id: (subscription) => subscription.id,
      account_id: (subscription) => subscription.account.id,
      plan_id: (subscription) => subscription.plan.id,
      status: (subscription) => statusOf(subscription),
      seats: (subscription) =>
        seatsAt(subscription, Math.min(subscription.endsAt ?? SETTLED_AT, SETTLED_AT) - 1),
      billing_interval: (subscription) => subscription.interval,
      discount_percent: (subscription) =>
        optional(subscription.discountPercent, (percent) => decimal(percent * 10, 1)),
      starts_on: (subscription) => day(subscription.startsAt),
      trial_ends_on: (subscription) => (subscription.isFirst ? day(subscription.billsFrom) : null),
      ends_on: (subscription) => optional(subscription.endsAt, day),
      current_period: (subscription) => currentPeriod(subscription),
      cancelled_at: (subscription) => optional(cancelledAt(subscription), instant),
      cancel_reason: (subscription) => subscription.cancelReason,
    }),
  };
}

function statusOf(subscription: Subscription): string {
  if (subscription.endsAt !== null && subscription.endsAt <= SETTLED_AT) return 'ended';
  if (subscription.billsFrom > SETTLED_AT) return 'trialing';
  return subscription.isPastDue ? 'past_due' : 'active';
}

function currentPeriod(subscription: Subscription): string | null {
  const status = statusOf(subscription);
  if (status === 'ended' || status === 'trialing') return null;
  const step = subscription.interval === 'year' ? 12 : 1;
  let from = subscription.billsFrom;
  while (firstOfMonth(from, step) <= SETTLED_AT) from = firstOfMonth(from, step);
  return dayRange(from, firstOfMonth(from, step));
}

function cancelledAt({ account, endsAt }: Subscription): number | null {
  return endsAt === account.endsAt ? account.cancelledAt : null;
}

function numbered<T>(rows: readonly T[]): (T & { id: number })[] {
  return rows.map((row, index) => ({ ...row, id: index + 1 }));
}
