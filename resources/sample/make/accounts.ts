import {
  DAY_MS,
  ENDED_AT,
  firstOfMonth,
  growingMoment,
  LAUNCHED_AT,
  SETTLED_AT,
  workingMoment,
} from './calendar.ts';
import { type Random, randomFor } from './random.ts';
import { type Industry, JOB_TITLES, nameCompanies, TEAMS } from './words/companies.ts';
import { type Place, pickPlace } from './words/places.ts';

/** A customer, from the first day of its trial to the end, if there was one. */
export type Account = {
  id: number;
  name: string;
  slug: string;
  industry: Industry;
  place: Place;
  createdAt: number;
  /** The first of a month, from which it pays; it tries the product for free until then. */
  billsFrom: number;
  /** Whether it stays after the trial. */
  converts: boolean;
  cancelledAt: number | null;
  /** The first of a month from which it is no customer any more; it can be ahead. */
  endsAt: number | null;
  users: User[];
  teams: Team[];
};

/** Somebody who works for a customer. The first of an account is its owner. */
export type User = {
  id: number;
  account: Account;
  role: 'owner' | 'admin' | 'member' | 'guest';
  jobTitle: string;
  createdAt: number;
  deactivatedAt: number | null;
  invitedBy: User | null;
};

/** Some people of a customer who work together. */
export type Team = {
  id: number;
  account: Account;
  name: string;
  createdAt: number;
  members: { user: User; isLead: boolean; joinedAt: number }[];
};

const ACCOUNTS = 220;

/** Tells how the customers came and went, and whom they hired; ids follow the order of events. */
export function makeAccounts(): Account[] {
  const random = randomFor('accounts');
  const lastStart = SETTLED_AT - 2 * DAY_MS;
  const starts = Array.from({ length: ACCOUNTS }, () => growingMoment(random, LAUNCHED_AT, lastStart)).sort(
    ascending,
  );
  const names = nameCompanies(random, ACCOUNTS);
  const accounts = starts.map((start, index) => {
    const { name, slug, industry } = names[index] as (typeof names)[number];
    return makeAccount(random, { id: index + 1, name, slug, industry, start });
  });

  for (const account of accounts) hire(random, account);
  const users = accounts.flatMap((account) => account.users).sort((a, b) => a.createdAt - b.createdAt);
  for (const [index, user] of users.entries()) user.id = index + 1;

  for (const account of accounts) formTeams(random, account);
  const teams = accounts.flatMap((account) => account.teams).sort((a, b) => a.createdAt - b.createdAt);
  for (const [index, team] of teams.entries()) team.id = index + 1;
  return accounts;
}

/** The moment until which people of an account can have done something. */
export function aliveUntil(account: Account): number {
  return Math.min(account.endsAt ?? ENDED_AT, ENDED_AT);
}

/** The people of an account who could sign in at a moment; its owner always can. */
export function activeUsers(account: Account, moment: number): User[] {
  return account.users.filter(
    (user) => user.createdAt <= moment && (user.deactivatedAt === null || user.deactivatedAt > moment),
  );
}

function makeAccount(
  random: Random,
  { start, ...known }: Pick<Account, 'id' | 'name' | 'slug' | 'industry'> & { start: number },
): Account {
  const place = pickPlace(random);
  const createdAt = workingMoment(random, start, start + 2 * DAY_MS, place.utcOffset);
  const billsFrom = firstOfMonth(createdAt + 14 * DAY_MS, 1);
  const converts = random.chance(0.86);
  const account: Account = {
    ...known,
    place,
    createdAt,
    billsFrom,
    converts,
    cancelledAt: null,
    endsAt: null,
    users: [],
    teams: [],
  };
  if (!converts && billsFrom <= SETTLED_AT) account.endsAt = billsFrom;
  for (
    let month = billsFrom;
    converts && account.endsAt === null && month < SETTLED_AT;
    month = firstOfMonth(month, 1)
  ) {
    const until = Math.min(firstOfMonth(month, 1), SETTLED_AT);
    if (!random.chance(0.019)) continue;
    account.cancelledAt = workingMoment(random, month + DAY_MS, until, place.utcOffset);
    account.endsAt = firstOfMonth(month, 1);
  }
  return account;
}

function hire(random: Random, account: Account): void {
  const until = Math.min(aliveUntil(account), SETTLED_AT);
  const age = until - account.createdAt;
  const wanted = 1 + Math.floor(random.next() * random.next() * random.next() * 56);
  const owner = makeUser(random, account, account.createdAt, 'owner');
  account.users.push(owner);
  for (let hired = 1; hired < wanted; hired += 1) {
    // most come in the first weeks, the others little by little
    const from = random.chance(0.55) ? Math.min(25 * DAY_MS, age) : age;
    const createdAt = workingMoment(
      random,
      account.createdAt + 1,
      account.createdAt + from,
      account.place.utcOffset,
    );
    const role = random.weighted({ admin: 1, member: 7, guest: 1 });
    account.users.push(makeUser(random, account, createdAt, role));
  }
  account.users.sort((a, b) => a.createdAt - b.createdAt);
  for (const user of account.users.slice(1)) {
    if (random.chance(0.1) && until - user.createdAt > 90 * DAY_MS) {
      user.deactivatedAt = workingMoment(
        random,
        user.createdAt + 60 * DAY_MS,
        until,
        account.place.utcOffset,
      );
    }
    const inviters = activeUsers(account, user.createdAt - 1).filter(
      ({ role }) => role === 'owner' || role === 'admin',
    );
    user.invitedBy = random.pick(inviters);
  }
}

function makeUser(random: Random, account: Account, createdAt: number, role: User['role']): User {
  const jobTitle = random.pick(JOB_TITLES);
  return { id: 0, account, role, jobTitle, createdAt, deactivatedAt: null, invitedBy: null };
}

function formTeams(random: Random, account: Account): void {
  const count = Math.min(1 + Math.floor(account.users.length / 6), 5);
  for (const name of random.sample(TEAMS, count)) {
    account.teams.push({
      id: 0,
      account,
      name,
      createdAt: account.createdAt + random.int(40, 900) * 1000,
      members: [],
    });
  }
  for (const user of account.users) {
    const joined = random.sample(account.teams, random.chance(0.35) ? 2 : 1);
    for (const team of joined) {
      const isLead = team.members.length === 0;
      team.members.push({ user, isLead, joinedAt: Math.max(user.createdAt, team.createdAt) });
    }
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
