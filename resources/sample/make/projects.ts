import { type Account, activeUsers, aliveUntil, type Team, type User } from './accounts.ts';
import { DAY_MS, SETTLED_AT, workingMoment } from './calendar.ts';
import { type Random, randomFor } from './random.ts';
import { INDUSTRIES } from './words/companies.ts';
import { describeProject, PROJECTS, type ProjectKind } from './words/projects.ts';

/** A piece of work that a customer does for somebody, and that its tasks belong to. */
export type Project = {
  id: number;
  account: Account;
  team: Team | null;
  lead: User | null;
  kind: ProjectKind;
  key: string;
  name: string;
  description: string;
  status: 'active' | 'on_hold' | 'finished';
  priority: Priority;
  /** In cents; null where nobody agreed on one. */
  budgetCents: number | null;
  billable: boolean;
  startsAt: number;
  dueAt: number | null;
  createdAt: number;
  /** When the last work on it was or will be done. */
  endsAt: number;
  archivedAt: number | null;
};

/** How much a project or a task matters. */
export type Priority = 'low' | 'normal' | 'high' | 'urgent';

/** Tells which projects the customers set up; none of them in the week between the two revisions. */
export function makeProjects(accounts: readonly Account[]): Project[] {
  const random = randomFor('projects');
  const projects = accounts.flatMap((account) => projectsOf(random, account));
  projects.sort((a, b) => a.createdAt - b.createdAt);
  return projects.map((project, index) => Object.assign(project, { id: index + 1 }));
}

/** Picks how much something matters. */
export function pickPriority(random: Random): Priority {
  return random.weighted({ low: 3, normal: 12, high: 4, urgent: 1 });
}

function projectsOf(random: Random, account: Account): Project[] {
  const until = Math.min(aliveUntil(account), SETTLED_AT);
  const months = (until - account.createdAt) / (30 * DAY_MS);
  const count = Math.max(
    1,
    Math.floor((0.5 + random.next()) * (0.5 + account.users.length / 12 + months / 10)),
  );
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const kind = random.pick(INDUSTRIES[account.industry].projects);
    // the first one comes with the trial
    const latest = index === 0 ? Math.min(account.createdAt + 3 * DAY_MS, until) : until;
    const createdAt = workingMoment(random, account.createdAt + 1000, latest, account.place.utcOffset);
    return makeProject(random, account, kind, createdAt, taken);
  });
}

function makeProject(
  random: Random,
  account: Account,
  kind: ProjectKind,
  createdAt: number,
  taken: Set<string>,
): Project {
  const title = random.pick(PROJECTS[kind].names);
  const name = random.chance(0.3) ? `${title} ${new Date(createdAt).getUTCFullYear()}` : title;
  const startsAt = createdAt + random.int(0, 12) * DAY_MS;
  const endsAt = startsAt + random.int(25, 60 + Math.floor(random.next() * 260)) * DAY_MS;
  const isOver = endsAt + 20 * DAY_MS < Math.min(aliveUntil(account), SETTLED_AT);
  const team = random.chance(0.9) ? random.pick(account.teams) : null;
  return {
    id: 0,
    account,
    team,
    lead: random.chance(0.85) ? random.pick(activeUsers(account, createdAt)) : null,
    kind,
    key: pickKey(title, taken),
    name,
    description: describeProject(random, kind),
    status: isOver && random.chance(0.85) ? 'finished' : random.chance(0.08) ? 'on_hold' : 'active',
    priority: pickPriority(random),
    budgetCents: random.chance(0.65) ? random.int(4, 240) * 50_000 : null,
    billable: random.chance(0.8),
    startsAt,
    dueAt: random.chance(0.8) ? endsAt + random.int(-6, 10) * DAY_MS : null,
    createdAt,
    endsAt,
    archivedAt:
      isOver && random.chance(0.5) ? endsAt + random.int(2, 19) * DAY_MS + random.int(0, 9_999_999) : null,
  };
}

function pickKey(title: string, taken: Set<string>): string {
  const letters = title.toUpperCase().replace(/[^A-Z]/g, '');
  let key = letters.slice(0, 3);
  for (let number = 2; taken.has(key); number += 1) key = `${letters.slice(0, 3)}${number}`;
  taken.add(key);
  return key;
}
