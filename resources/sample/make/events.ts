import { type Account, activeUsers, aliveUntil, type User } from './accounts.ts';
import type { Attachment } from './attachments.ts';
import { DAY_MS, ENDED_AT, HOUR_MS, SETTLED_AT, workingMoment } from './calendar.ts';
import type { Comment } from './comments.ts';
import { decimal, type Json } from './csv.ts';
import { type Invoice, numberOf, totalOf } from './invoices.ts';
import type { Project } from './projects.ts';
import { type Random, randomFor } from './random.ts';
import type { Task } from './tasks.ts';

/** Something that happened in an account; the system did it where there is no user. */
export type Event = {
  id: number;
  account: Account;
  user: User | null;
  kind: string;
  subjectId: number | null;
  payload: Json;
  occurredAt: number;
};

/** All that events are told about. */
export type Happenings = {
  accounts: readonly Account[];
  projects: readonly Project[];
  tasks: readonly Task[];
  comments: readonly Comment[];
  attachments: readonly Attachment[];
  invoices: readonly Invoice[];
};

// Older ones are thrown away, and that is why the ids do not begin with 1
const KEPT_SINCE = Date.UTC(2025, 5, 30, 22);
const FIRST_ID = 41_237;

/** Writes down what happened in the last twelve months, in order, up to the end of the second revision. */
export function makeEvents(happenings: Happenings): Event[] {
  const events = [
    ...happenings.accounts.flatMap(staffEvents),
    ...happenings.projects.flatMap(projectEvents),
    ...happenings.tasks.flatMap(taskEvents),
    ...happenings.comments.map(({ id, task, author, createdAt }) =>
      event(task, author, 'comment.added', id, { task: task.id }, createdAt),
    ),
    ...happenings.attachments.map(({ task, uploadedBy, fileName, sizeBytes, createdAt }) =>
      event(task, uploadedBy, 'file.uploaded', task.id, { name: fileName, size_bytes: sizeBytes }, createdAt),
    ),
    ...happenings.invoices.flatMap(billingEvents),
    ...visits(happenings.accounts),
  ].filter(({ occurredAt }) => occurredAt >= KEPT_SINCE && occurredAt <= ENDED_AT);
  events.sort((a, b) => a.occurredAt - b.occurredAt);
  return events.map((one, index) => ({ id: FIRST_ID + index, ...one }));
}

type Told = Omit<Event, 'id'>;

function event(
  of: Account | Task,
  user: User | null,
  kind: string,
  subjectId: number | null,
  payload: Json,
  occurredAt: number,
): Told {
  const account = 'project' in of ? of.project.account : of;
  return { account, user, kind, subjectId, payload, occurredAt };
}

function staffEvents(account: Account): Told[] {
  const told = account.users.flatMap((user) => [
    user.invitedBy
      ? event(account, user.invitedBy, 'user.invited', user.id, { role: user.role }, user.createdAt - 1)
      : event(account, user, 'account.opened', account.id, { trial: true }, user.createdAt),
    ...(user.deactivatedAt === null
      ? []
      : [event(account, null, 'user.deactivated', user.id, {}, user.deactivatedAt)]),
  ]);
  if (account.cancelledAt !== null) {
    told.push(
      event(account, account.users[0] ?? null, 'account.cancelled', account.id, {}, account.cancelledAt),
    );
  }
  return told;
}

function projectEvents(project: Project): Told[] {
  const { account, id, key, createdAt, archivedAt } = project;
  const by = project.lead ?? account.users[0] ?? null;
  const told = [event(account, by, 'project.created', id, { key }, createdAt)];
  if (archivedAt !== null) told.push(event(account, null, 'project.archived', id, { key }, archivedAt));
  return told;
}

function taskEvents(task: Task): Told[] {
  const key = `${task.project.key}-${task.number}`;
  return [
    event(task, task.reporter, 'task.created', task.id, { key }, task.createdAt),
    ...task.moves.map(({ at, by, to }) => event(task, by, 'task.moved', task.id, { to }, at)),
  ];
}

function billingEvents(invoice: Invoice): Told[] {
  const { account, id, issuedAt, payments } = invoice;
  if (issuedAt === null) return [];
  const total = decimal(totalOf(invoice));
  const told = [
    event(
      account,
      null,
      'invoice.issued',
      id,
      { total, number: numberOf(invoice) },
      issuedAt + 2 * HOUR_MS + id,
    ),
  ];
  for (const { attemptedAt, method, failureReason } of payments) {
    const kind = failureReason === null ? 'payment.received' : 'payment.failed';
    const payload = failureReason === null ? { method } : { method, reason: failureReason };
    told.push(event(account, null, kind, id, payload, attemptedAt));
  }
  return told;
}

// How often a person comes by on a working day
const VISITS_PER_DAY = 0.034;

function visits(accounts: readonly Account[]): Told[] {
  const random = randomFor('events');
  const told: Told[] = [];
  for (const account of accounts) {
    for (let date = KEPT_SINCE; date < aliveUntil(account); date += DAY_MS) {
      for (const user of activeUsers(account, date)) {
        if (random.chance(VISITS_PER_DAY * keenness(user))) told.push(...visit(random, account, user, date));
      }
    }
  }
  return told;
}

// Some use it all day, some look in at times
function keenness(user: User): number {
  return user.role === 'guest' ? 0.3 : 0.4 + (user.id % 7) / 4;
}

function visit(random: Random, account: Account, user: User, date: number): Told[] {
  const at = workingMoment(random, date, date + DAY_MS, account.place.utcOffset);
  const weekday = new Date(at).getUTCDay();
  if (at > aliveUntil(account) || ((weekday === 0 || weekday === 6) && random.chance(0.88))) return [];
  const told = [event(account, user, 'user.signed_in', null, pickClient(random), at)];
  if (random.chance(0.18)) {
    const payload = {
      report: random.pick(['hours', 'budget', 'open tasks']),
      days: random.pick([7, 30, 90]),
    };
    told.push(event(account, user, 'report.viewed', null, payload, at + random.int(20_000, 900_000)));
  }
  if (random.chance(0.04)) {
    const payload = { format: random.pick(['csv', 'pdf']), rows: random.int(3, 900) };
    told.push(event(account, user, 'export.finished', null, payload, at + random.int(60_000, 1_900_000)));
  }
  if (random.chance(0.02) && at < SETTLED_AT) {
    told.push(event(account, user, 'password.changed', null, {}, at + random.int(60_000, 900_000)));
  }
  return told;
}

// A browser and a password go without saying
function pickClient(random: Random): Json {
  return random.pick<Json>([
    {},
    {},
    {},
    {},
    { via: 'link' },
    { client: 'mobile' },
    { client: 'mobile', via: 'sso' },
  ]);
}
