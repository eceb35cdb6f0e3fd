import { activeUsers, aliveUntil, type User } from './accounts.ts';
import { DAY_MS, ENDED_AT, SETTLED_AT, workingMoment } from './calendar.ts';
import { type Priority, type Project, pickPriority } from './projects.ts';
import { type Random, randomFor } from './random.ts';
import { describeTask, titleTask } from './words/projects.ts';

/** Where a task is on its way. */
export type TaskStatus = 'backlog' | 'todo' | 'in_progress' | 'blocked' | 'review' | 'done';

/** A task with all that ever happened to it, so that it can be shown as it was at any moment. */
export type Task = {
  id: number;
  project: Project;
  parent: Task | null;
  number: number;
  title: string;
  /** What it is about, in words that fit into a sentence. */
  thing: string;
  description: string;
  priority: Priority;
  reporter: User;
  assignee: User | null;
  /** In hundredths of an hour. */
  estimate: number | null;
  dueAt: number | null;
  createdAt: number;
  firstStatus: TaskStatus;
  moves: { at: number; by: User; from: TaskStatus; to: TaskStatus }[];
};

/** Tells which tasks there were and how they went, up to the end of the second revision; ids in order of creation. */
export function makeTasks(projects: readonly Project[]): Task[] {
  const random = randomFor('tasks');
  const tasks = projects.flatMap((project) => tasksOf(random, project));
  tasks.sort((a, b) => a.createdAt - b.createdAt);
  return tasks.map((task, index) => Object.assign(task, { id: index + 1 }));
}

/** The tasks that both revisions have. */
export function tasksOfBoth(tasks: readonly Task[]): Task[] {
  return tasks.filter((task) => task.createdAt <= SETTLED_AT - 60_000);
}

/** How a task stood at a moment. */
export function taskAsOf(task: Task, moment: number) {
  const moves = task.moves.filter((move) => move.at <= moment);
  const last = moves.at(-1);
  const status = last?.to ?? task.firstStatus;
  const begun = moves.some((move) => move.to === 'in_progress');
  return {
    status,
    assignee: begun || task.id % 3 > 0 ? task.assignee : null,
    updatedAt: last?.at ?? task.createdAt,
    completedAt: last && status === 'done' ? last.at : null,
  };
}

function tasksOf(random: Random, project: Project): Task[] {
  const { account } = project;
  const until = Math.min(project.endsAt, aliveUntil(account), ENDED_AT);
  const share = Math.min(
    1,
    Math.max(0.15, (until - project.createdAt) / (project.endsAt - project.createdAt)),
  );
  const count = Math.max(2, Math.floor(share * (5 + random.next() * Math.min(24, 9 + account.users.length))));
  const moments = Array.from({ length: count }, () =>
    // half of them are written down at the start
    random.chance(0.4)
      ? workingMoment(
          random,
          project.createdAt + 60_000,
          Math.min(project.createdAt + 9 * DAY_MS, until),
          account.place.utcOffset,
        )
      : workingMoment(random, project.createdAt + 60_000, until, account.place.utcOffset),
  ).sort((a, b) => a - b);

  const tasks: Task[] = [];
  for (const [index, createdAt] of moments.entries()) {
    const people = activeUsers(account, createdAt);
    const reporter = random.pick(people);
    const { title, thing } = titleTask(random, project.kind);
    const parents = tasks.filter((task) => task.parent === null);
    tasks.push({
      id: 0,
      project,
      parent: parents.length > 0 && random.chance(0.13) ? random.pick(parents) : null,
      number: index + 1,
      title,
      thing,
      description: describeTask(random, thing),
      priority: pickPriority(random),
      reporter,
      assignee: random.chance(0.88) ? random.pick(people) : null,
      estimate: random.chance(0.6) ? random.int(1, 32) * 50 : null,
      dueAt: random.chance(0.45) ? createdAt + random.int(3, 60) * DAY_MS : null,
      createdAt,
      firstStatus: random.chance(0.6) ? 'todo' : 'backlog',
      moves: [],
    });
  }
  for (const task of tasks) work(random, task);
  return tasks;
}

// What may follow a status, how likely, and within how many days
const NEXT: Readonly<
  Record<TaskStatus, { to: Partial<Record<TaskStatus | 'nothing', number>>; days: number }>
> = {
  backlog: { to: { todo: 8, in_progress: 2, nothing: 2 }, days: 24 },
  todo: { to: { in_progress: 14, done: 2, nothing: 1 }, days: 16 },
  in_progress: { to: { review: 8, done: 6, blocked: 2, nothing: 0.6 }, days: 9 },
  blocked: { to: { in_progress: 5, nothing: 1 }, days: 14 },
  review: { to: { done: 9, in_progress: 1.5, nothing: 0.4 }, days: 6 },
  done: { to: { nothing: 30, in_progress: 1 }, days: 8 },
};

function work(random: Random, task: Task): void {
  const { account } = task.project;
  const until = Math.min(aliveUntil(account), ENDED_AT);
  let from = task.firstStatus;
  let moment = task.createdAt;
  for (;;) {
    const { to: choices, days } = NEXT[from];
    const to = random.weighted(choices as Record<TaskStatus | 'nothing', number>);
    moment = workingMoment(random, moment + 120_000, moment + days * DAY_MS, account.place.utcOffset);
    if (to === 'nothing' || moment >= until) return;
    const people = activeUsers(account, moment);
    const by = task.assignee && people.includes(task.assignee) ? task.assignee : random.pick(people);
    task.moves.push({ at: moment, by, from, to });
    from = to;
  }
}
